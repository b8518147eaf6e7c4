"""Look at labelled images before anything is trained: every check there is."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from vistazo import catalog
from vistazo.checks import Check, Finding, Severity
from vistazo.data.dataset import ImageDataset, require_dataset
from vistazo.data.grouping import with_copies_together
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import N_

if TYPE_CHECKING:
    from vistazo.workflows.leak_price import LeakPrice

SCHEMA = "vistazo.check/1"

Listener = Callable[[str, int, int], None]
"""Told the name of the check that begins, how many are done, and of how many."""


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What the checks of a data set found.

    Parameters
    ----------
    data : ImageDataset
    protocol : Protocol
        How a comparison would split the data.
    checks : tuple of str
        Names of the checks that looked.
    findings : tuple of Finding
        The fatal ones first, then alarms, then notes; of one severity by check.
    leak_price : LeakPrice or None
        What copies in other folds are worth to a method, where that was asked for and no
        finding is fatal.
    """

    data: ImageDataset
    protocol: Protocol
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    leak_price: "LeakPrice | None" = None

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """The findings for which a comparison would be refused, or its result wrong."""
        return tuple(finding for finding in self.findings if finding.severity == "fatal")

    def raise_if_fatal(self) -> None:
        """Raise where a comparison would be refused, or its result wrong.

        Raises
        ------
        DataError
            ``E-CHECK-FATAL`` with the first fatal finding.
        """
        if self.fatal:
            raise DataError(
                "E-CHECK-FATAL",
                N_("A comparison on these data would be refused, or wrong: {finding}"),
                self.fatal[0].advice,
                finding=self.fatal[0].what,
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the result in the schema ``vistazo.check/1``."""
        return {
            "schema": SCHEMA,
            "dataset": {
                "name": self.data.name,
                "n_images": len(self.data),
                "n_classes": len(self.data.classes),
                "classes": list(self.data.classes),
                "n_bad_files": len(self.data.bad_files),
                "bad_files": [asdict(bad) for bad in self.data.bad_files],
                "fingerprint": self.data.fingerprint,
            },
            "protocol": asdict(self.protocol),
            "checks": list(self.checks),
            "findings": [asdict(finding) for finding in self.findings],
            "leak_price": None if self.leak_price is None else asdict(self.leak_price),
        }


def check(
    data: ImageDataset,
    protocol: Protocol | None = None,
    *,
    leak_price: bool = False,
    on_progress: Listener = lambda name, done, total: None,
) -> CheckResult:
    """Look at labelled images as a person would before training, with every check there is.

    Parameters
    ----------
    data : ImageDataset
        Nothing of it is changed. The checks see it as a comparison does: with the copies of
        an image in one group, unless the protocol ignores them.
    protocol : Protocol, optional
        How a comparison would split the data; five stratified folds by default.
    leak_price : bool, default=False
        Also measure what copies in other folds are worth to a method; this trains one.
    on_progress : callable
        Told before every check, and before the price is measured.

    Returns
    -------
    CheckResult

    Examples
    --------
    >>> from vistazo import check, read_images
    >>> result = check(read_images("fashion-mnist-10k").limited(100))
    >>> result.raise_if_fatal()
    >>> {finding.severity for finding in result}
    {'note'}
    """
    require_dataset(data)
    protocol = protocol or Protocol()
    with contextlib.suppress(DataError):  # folds that are not there are a finding
        protocol = protocol.for_data(data)
    names = catalog.names("checks")
    total = len(names) + leak_price
    grouped = with_copies_together(data) if protocol.duplicates == "group" else data
    found: list[Finding] = []
    for done, name in enumerate(names):
        on_progress(name, done, total)
        looking: Check = catalog.load("checks", name)()
        found += looking.run(grouped, protocol)
    order = {severity: place for place, severity in enumerate(get_args(Severity))}
    found.sort(key=lambda finding: order[finding.severity])  # stable: then by check
    result = CheckResult(data, protocol, tuple(names), tuple(found))
    if not leak_price or result.fatal:
        return result
    from vistazo.workflows.leak_price import leak_price as measure  # loads torch, which takes long

    on_progress("leak-price", len(names), total)
    return replace(result, leak_price=measure(data, protocol))
