"""What was drawn on axes, read back."""

import numpy as np


def drawn(axes):
    """Return x and y data of each line by its label."""
    return {
        line.get_label(): (np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float))
        for line in axes.lines
    }


def told(axes):
    """Return the title on the left."""
    return axes.get_title(loc="left")
