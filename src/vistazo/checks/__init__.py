"""What to look at before training; one file per check."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal

from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol

Severity = Literal["fatal", "alarm", "note"]
"""``fatal``: a comparison would be refused, or its result wrong. ``alarm``: the result would
mislead until something is done. ``note``: good to know."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    Parameters
    ----------
    check : str
        Name of the check.
    severity : {"fatal", "alarm", "note"}
    what : str
        One sentence with its numbers, in the language in force.
    advice : str
        What to do next, in the language in force; empty where there is nothing to do.
    count : int
        How many images (or classes) it is about.
    examples : tuple of str
        Sources of images, or names of classes; at most 10.
    measured : dict of str to float
        The numbers behind it, for programs.
    """

    check: str
    severity: Severity
    what: str
    advice: str = ""
    count: int = 0
    examples: tuple[str, ...] = ()
    measured: dict[str, float] = field(default_factory=dict)


class Check(ABC):
    """A question asked of labelled images before anything is trained; made without arguments.

    Laws
    ----
    - Nothing is changed, neither the data set nor its files.
    - The same data and protocol give the same findings in the same order.
    - Healthy data give no finding above ``note``; a check without anything to say says nothing.
    - Time grows with the number of images at most as n log n, and memory beside the pixels
      stays a small part of theirs.
    """

    @abstractmethod
    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:
        """Look at the data, and at how a comparison would split them."""
