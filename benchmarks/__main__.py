"""Run every benchmark, or those named: ``python -m benchmarks measures``."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    """Run the benchmarks one after the other."""
    here = Path(__file__).parent
    known = sorted(m.name for m in pkgutil.iter_modules([str(here)]) if not m.name.startswith("_"))
    for name in sys.argv[1:] or known:
        if name not in known:
            sys.exit(f"No benchmark {name}; there are: {', '.join(known)}")
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
