"""An area at a glance: how its measures stand against targets and against their own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.targets.signals import bounds_of
from heard.targets.subjects import Subject
from heard_stats import xmr

if TYPE_CHECKING:
    from heard.public.areas import Row

SHOWN = 2  # figures an area tells before it is opened
# Where nothing calls for notice: what a resident would ask first of each area.
TELLING = (
    "digital_share", "call_back_wait", "heard_rate", "first_response_time", "backlog",
    "first_contact_resolution", "ease", "trust", "avoidable_contact", "follow_up_on_time",
    "remedies_given",
)  # fmt: skip


STANDS = (
    "met", "not met", "too close", "no target", "no figure", "better", "worse", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Usual:
    """A figure that chance alone does not explain: ``better``, ``worse``, ``higher``, ``lower``."""

    goes: str

    @property
    def word(self) -> str:
        """Its tag."""
        words = {
            "better": _("better than usual"), "worse": _("worse than usual"),
            "higher": _("higher than usual"), "lower": _("lower than usual"),
        }  # fmt: skip
        return words[self.goes]

    @property
    def looks(self) -> str:
        """The kind of that tag; the word says it too."""
        return {"better": "good", "worse": "bad"}.get(self.goes, "info")


def usual(values: Sequence[float | None], subject: Subject) -> Usual | None:
    """How the last of a measure's figures stands to all of them, by the limits of an XmR chart.

    None within the limits, below six periods, and where there is no last figure: no news.
    """
    if not values or values[-1] is None:
        return None
    floor, ceiling = bounds_of(subject)
    signals = xmr(values, floor=floor, ceiling=ceiling).at(len(values) - 1)
    side = next((signal.side for signal in signals if signal.rule == "outside"), "")
    if not side:
        return None
    if subject.direction not in ("up", "down"):
        return Usual("higher" if side == "above" else "lower")
    return Usual("better" if (side == "above") == (subject.direction == "up") else "worse")


def telling_first(row: "Row", headline: Sequence[str]) -> int:
    """The place of a row among its area's: targets missed, what moved, what tells most, the rest.

    What the page begins with stands behind its neighbours, unless it misses its target.
    """
    verdict = row.judged.verdict if row.judged else ""
    if verdict == "not met":
        return 0
    if row.key in headline:
        return 9
    if row.usual is not None:
        return {"worse": 1, "better": 3}.get(row.usual.goes, 4)
    return {"too close": 2, "met": 5}.get(verdict, 6 if row.key in TELLING else 7)


def counted(rows: Sequence["Row"]) -> list[dict[str, Any]]:
    """How many measures there are and how they stand, each as words with a tag's look, or none."""
    stand: dict[str, int] = {}
    for row in rows:
        for name in _stands(row):
            stand[name] = stand.get(name, 0) + 1
    n = {name: stand.get(name, 0) for name in STANDS}
    judged = n["met"] + n["not met"] + n["too close"] > 0
    found = [
        ("", ngettext("{n} measure", "{n} measures", len(rows)), len(rows)),
        ("bad", ngettext("{n} target not met", "{n} targets not met", n["not met"]), n["not met"]),
        ("warn", _("{n} too close to call"), n["too close"]),
        ("good", ngettext("{n} target met", "{n} targets met", n["met"]), n["met"]),
        ("bad", _("{n} worse than usual"), n["worse"]),
        ("good", _("{n} better than usual"), n["better"]),
        ("info", _("{n} unusual"), n["other"]),
        ("", _("{n} without a target") if judged else _("no targets set"), n["no target"]),
        ("", _("{n} without a figure"), n["no figure"]),
    ]
    return [{"looks": looks, "told": text.format(n=many)} for looks, text, many in found if many]


def _stands(row: "Row") -> list[str]:
    if not row.told:
        return ["no figure"]
    found: list[str] = [row.judged.verdict if row.judged else "no target"]
    if row.usual is not None:
        goes = row.usual.goes
        found.append(goes if goes in ("better", "worse") else "other")
    return found
