"""The machine: versions, processors, and who may use how many threads."""

import contextlib
import ctypes
import functools
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # of malloc.h
PACKAGES = ("torch", "numpy", "scipy", "scikit-learn", "pillow", "safetensors", "skops")


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def versions() -> dict[str, str]:
    """Return the versions of Vistazo, Python and the packages that decide numbers."""
    found = {"vistazo": importlib.metadata.version("vistazo"), "python": platform.python_version()}
    return found | {name: importlib.metadata.version(name) for name in PACKAGES}


def describe_machine() -> dict[str, str | int]:
    """Return versions, platform and processor: the provenance of measured seconds."""
    return {
        **versions(),
        "platform": platform.platform(),
        "cpu": _processor(),
        "cores": cores(),
    }


@functools.cache
def keep_freed_memory() -> None:
    """Let this process keep what it frees, where its C library is glibc.

    Every step of a training takes and frees the same large blocks. glibc gives them back to the
    system each time, which hands them out again page by page, emptied: a tenth of a step.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        change = ctypes.CDLL("libc.so.6").mallopt
        change(_M_MMAP_MAX, 0)  # blocks above 32 MiB would be mapped whatever the threshold
        change(_M_TRIM_THRESHOLD, 2**30)


@contextlib.contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Let numerical libraries use this many threads inside the block: the one owner of threads."""
    with _thread_pools().limit(limits=threads), _torch_threads(threads):
        yield


@functools.cache
def _thread_pools() -> Any:
    # Found once: the search runs inside a callback from C, which would swallow a Ctrl-C. What
    # is loaded later is torch, whose threads are set by itself.
    import scipy.linalg  # noqa: F401 - its BLAS must be among those found
    import sklearn  # noqa: F401 - likewise its OpenMP
    import threadpoolctl

    return threadpoolctl.ThreadpoolController()


@contextlib.contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    torch = sys.modules.get("torch")
    if torch is None:
        # a method may import torch inside the block: it then reads this
        before = os.environ.get("OMP_NUM_THREADS")
        os.environ["OMP_NUM_THREADS"] = str(threads)
        try:
            yield
        finally:
            if before is None:
                del os.environ["OMP_NUM_THREADS"]
            else:
                os.environ["OMP_NUM_THREADS"] = before
        return
    count = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(count)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
