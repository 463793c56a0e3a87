"""Measures over a lake of millions: the refresh, the figures beside SQL by hand, the pages.

The lake is synthetic (``_measures_lake``) and is kept with its house under ``HEARD_DATA``/bench, so
that a second run needs not make it. ``HEARD_BENCH_CASES`` says how many cases (1,000,000; the ten
million that are promised by 10000000), ``HEARD_BENCH_POSTGRES=0`` leaves PostgreSQL out.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from statistics import median
from typing import Any

CASES = int(os.environ.get("HEARD_BENCH_CASES", "1000000"))
ROOT = Path(os.environ.get("HEARD_DATA", "data")).absolute() / "bench"


def main() -> None:
    """Make the lake or take the one that is kept, and measure."""
    ROOT.mkdir(parents=True, exist_ok=True)
    os.environ |= {"HEARD_DATA": str(ROOT), "DATABASE_URL": f"sqlite:///{ROOT}/none.sqlite3"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    import django

    django.setup()
    from benchmarks import _measures_engines, _measures_house, _measures_pages

    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"  {CASES:,} synthetic cases of ten years; {os.cpu_count()} cores, load {load}")
    kept = ROOT / f"measures-{CASES}-{_layout()}"
    told = kept / "told.json"
    about = json.loads(told.read_text()) if told.exists() else _measures_house.make(kept, CASES)
    print(
        f"  made in {about['written']:,.0f} s; all {about['figures']:,} figures computed anew in "
        f"{about['all']:,.0f} s, with {about['memory']:,} MB at most"
    )
    work = ROOT / "work"
    _refresh(kept, work)
    _measures_house.copied(kept, work)
    _measures_engines.measure()
    _measures_pages.measure()
    shutil.rmtree(work)


def _layout() -> str:
    """What the kept lake was made by; another one is made where that is different."""
    from heard.facts.refresh import LAYOUT
    from heard.measures.touched import digests

    here = Path(__file__).parent
    told = [str(LAYOUT), json.dumps(digests(), sort_keys=True)]
    told += [(here / f"_measures_{name}.py").read_text() for name in ("lake", "house")]
    return hashlib.sha256("".join(told).encode()).hexdigest()[:12]


def _refresh(kept: Path, work: Path) -> None:
    from benchmarks._measures_house import KINDS, RUNS, change, copied, forget_peak, peak, timed
    from heard.core import clock
    from heard.measures.refresh import refresh

    words = {
        "recent": "received in the last three months, 3 in 100 older",
        "spread": "the worst case: spread evenly over ten years",
    }
    for kind in KINDS:
        copied(kept, work)
        took, memory, parts, months = [], [], [], []
        for run in range(RUNS):
            with clock.at(_later(kind, run)):
                number = change(kind, run)
                forget_peak()
                seconds, done = timed(refresh)
            took.append(seconds)
            memory.append(peak())
            parts.append(done.seconds)
            months.append(sum(len(one.months) for one in done.facts))
        told = ", ".join(f"{part} {median(one[part] for one in parts):.1f}" for part in parts[0])
        print(
            f"  refresh after {number:,} changed cases ({words[kind]}): {median(took):.1f} s "
            f"({min(took):.1f} to {max(took):.1f}; {told}); {median(months):.0f} months written, "
            f"{done.changed:,} figures differ, {max(memory):,} MB at most"
        )


def _later(kind: str, run: int) -> Any:
    from datetime import timedelta

    from benchmarks._measures_house import NOW

    return NOW + timedelta(minutes=10 * (run + 1))


if __name__ == "__main__":
    main()
