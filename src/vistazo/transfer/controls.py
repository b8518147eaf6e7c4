"""The kinds of controls: what each leaves out of the method that it stands beside."""

CONTROLS = ("random", "random-frozen", "random-trained", "inductive")
"""Nothing from elsewhere; the same with features that stay random, or trained from scratch; or
all but the images that are scored."""
