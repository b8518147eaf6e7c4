"""Labelled images: decoded under one policy, read from folders, archives and arrays."""
