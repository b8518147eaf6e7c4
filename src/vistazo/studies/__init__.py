"""Shipped studies: a YAML file each, whose steps are verbs with their options."""
