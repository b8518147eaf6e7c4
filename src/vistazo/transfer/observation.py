"""One thing that can be said against a way of using a pretrained network."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Observation:
    """What was seen, and the parameter that would repair it.

    Parameters
    ----------
    code : str
        What kind of thing it is, such as ``"scale"``.
    parameter : str
        Of the method; empty where it is not a matter of one parameter.
    repaired : str
        The value that it should have.
    measured : mapping of str to float or str
        Numbers and names behind it.
    """

    code: str
    parameter: str = ""
    repaired: str = ""
    measured: Mapping[str, float | str] = field(default_factory=dict)
