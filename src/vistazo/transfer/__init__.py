"""What networks learned elsewhere, used here: frozen backbones, their features, heads on them."""
