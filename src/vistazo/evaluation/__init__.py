"""How methods are compared: the protocol, its cells, and what follows from them."""
