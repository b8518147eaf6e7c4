"""The state of a method as files and back."""

from collections.abc import Mapping
from typing import Any

from vistazo.methods import State
from vistazo.persistence.estimators import pack_estimator, unpack_estimator
from vistazo.persistence.members import ESTIMATOR, WEIGHTS
from vistazo.persistence.weights import pack_arrays, unpack_arrays


def pack_state(state: State) -> dict[str, bytes]:
    """Return the files that hold the arrays and the estimators of a state."""
    members = {
        f"{name}{ESTIMATOR}": pack_estimator(estimator)
        for name, estimator in state.estimators.items()
    }
    return members | ({WEIGHTS: pack_arrays(state.arrays)} if state.arrays else {})


def unpack_state(members: Mapping[str, bytes], facts: dict[str, Any]) -> State:
    """Return the state that files and facts hold.

    Raises
    ------
    DataError
        ``E-MODEL-FORMAT``, ``-NAN``, ``-UNTRUSTED``.
    """
    return State(
        arrays=unpack_arrays(members[WEIGHTS]) if WEIGHTS in members else {},
        estimators={
            name.removesuffix(ESTIMATOR): unpack_estimator(name, content)
            for name, content in members.items()
            if name.endswith(ESTIMATOR)
        },
        facts=facts,
    )
