"""Image files wherever they are: found, read, and decoded into one array, once."""
