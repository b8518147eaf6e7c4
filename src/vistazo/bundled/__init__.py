"""Data sets that travel with the package, each a folder with its ``dataset.json``."""
