"""Run one benchmark: ``python -m benchmarks NAME [options]``."""

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    names = sorted(
        file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")
    )
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        raise SystemExit(f"usage: python -m benchmarks NAME [options]\nNAME: {', '.join(names)}")
    import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])


if __name__ == "__main__":
    main()
