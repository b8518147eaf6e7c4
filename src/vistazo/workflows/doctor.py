"""What decides whether and how fast Vistazo works on this machine."""

import shutil
from pathlib import Path

from vistazo.data import named
from vistazo.data.image_files.decoded_cache import default_cache
from vistazo.environment import describe_machine
from vistazo.i18n import _, number
from vistazo.transfer import feature_engine
from vistazo.transfer.feature_store import features_folder
from vistazo.workflows.requirements import outdated


def examine() -> list[tuple[str, str]]:
    """Return names and values: versions, device, threads, disk, data sets, problems."""
    import torch

    rows = [(name, str(value)) for name, value in describe_machine().items()]
    cuda = torch.cuda.is_available()
    rows.append(("device", torch.cuda.get_device_name() if cuda else "cpu"))
    rows.append(("threads", str(torch.get_num_threads())))
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    rows.append(("disk", _("{free} GiB free here", free=number(free, 1))))
    rows += [("cache", _cache()), ("features", _features()), ("feature engine", _engine())]
    rows += [(f"data: {name}", _found(name)) for name in named.names()]
    problems = _problems(free)
    rows += [("problem", text) for text in problems] or [("problems", _("none found"))]
    return rows


def _cache() -> str:
    cache = default_cache()
    if cache is None:
        return _("off")
    size = number(cache.n_bytes() / 2**20)
    return _("{folder} ({size} MB of decoded images)", folder=cache.folder, size=size)


def _features() -> str:
    folder = features_folder()
    if folder is None:
        return _("off")
    size = number(sum(file.stat().st_size for file in folder.glob("*/*.npz")) / 2**20)
    return _("{folder} ({size} MB of features of images)", folder=folder, size=size)


def _engine() -> str:
    if feature_engine.installed():
        return feature_engine.described({"": feature_engine.ONNX})
    return _("torch (faster with ONNX Runtime: pip install 'vistazo[onnx]')")


def _found(name: str) -> str:
    place = named.locate(name)
    return _("not on this machine") if place is None else str(place)


def _problems(free_gib: float) -> list[str]:
    found = [problem.what for problem in outdated()]
    if free_gib < 1:
        found.append(_("Less than 1 GiB is free: a run may not fit."))
    return found
