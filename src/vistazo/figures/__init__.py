"""Pictures of trainings, drawn with matplotlib on axes of yours or on a figure of their own.

Nothing here touches pyplot's state or global settings, and matplotlib is imported only when
something is drawn.
"""

from vistazo.figures.curves import training_curves
from vistazo.figures.gap import train_validation_gap
from vistazo.figures.learning_rates import learning_rate_range
from vistazo.figures.pair import compare_trainings
from vistazo.figures.sheet import augmentation_sheet

__all__ = [
    "augmentation_sheet",
    "compare_trainings",
    "learning_rate_range",
    "train_validation_gap",
    "training_curves",
]
