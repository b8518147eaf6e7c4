"""From a folder to a model: nothing is used before it is verified."""

import os
from pathlib import Path

from vistazo.environment import versions
from vistazo.errors import warn
from vistazo.i18n import N_
from vistazo.persistence.manifest import N_PROBES, Manifest
from vistazo.persistence.members import MANIFEST, read_members
from vistazo.persistence.model import Model
from vistazo.persistence.probe import answers, check_answers
from vistazo.persistence.rebuilding import rebuild
from vistazo.persistence.state import unpack_state

_DECISIVE = ("scikit-learn", "torch")


def load(folder: str | os.PathLike[str], *, device: str = "auto") -> Model:
    """Load a model folder that :func:`~vistazo.persistence.save` wrote.

    Every file is read once and compared with its checksum; the classifier is built from
    Vistazo's own code and numbers alone; on four fixed images it must answer as it did when
    it was saved, to 1e-4 in probability, on the processor.

    Parameters
    ----------
    folder : path
    device : {"auto", "cpu", "cuda", "mps"}
        Where a network computes; the device it was trained on does not matter.

    Returns
    -------
    Model

    Raises
    ------
    DataError
        ``E-MODEL-NONE``, ``-FORMAT``, ``-EXTRA``, ``-MISSING``, ``-FILE``, ``-READ``,
        ``-SIZE``, ``-HASH``, ``-MANIFEST``, ``-SCHEMA``, ``-METHOD``, ``-UNTRUSTED``,
        ``-NAN``, ``-STATE``, ``-PROBE``.
    SetupError
        ``E-DEVICE`` where a device asked for by name is not there.
    """
    members = read_members(Path(folder))
    manifest = Manifest.from_json(members[MANIFEST])
    manifest.check_members(members)
    state = unpack_state(members, manifest.facts)
    estimator = rebuild(manifest, state, "cpu")
    check_answers(manifest.probe, answers(estimator, manifest.method), _decisive(manifest))
    _tell_versions(manifest)
    if device != "cpu" and "device" in manifest.parameters:
        estimator = rebuild(manifest, state, device)
    return Model(estimator, manifest)


def _decisive(manifest: Manifest) -> str:
    return ", ".join(f"{name} {manifest.versions.get(name, '?')}" for name in _DECISIVE)


def _tell_versions(manifest: Manifest) -> None:
    now = versions()
    for name in _DECISIVE:
        before = manifest.versions.get(name, "?")
        # what follows the plus is the build of torch for a device, not another version
        if before.partition("+")[0] != now[name].partition("+")[0]:
            warn(
                N_(
                    "The model was saved with {name} {before} and is used with {now}; its answers"
                    " on {n} stored images are the same."
                ),
                name=name,
                before=before,
                now=now[name],
                n=N_PROBES,
            )
