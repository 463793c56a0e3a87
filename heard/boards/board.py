"""A board: one group on one calm page, made of what was computed before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, QuerySet

from heard.boards.due import Due, due
from heard.boards.figures import Area, Line, areas
from heard.boards.models import Look, Mute, Signal
from heard.boards.series import month_period, months_before
from heard.boards.telling import Names, Told, told
from heard.measures.definitions import ALL
from heard.measures.periods import first_day, headline
from heard.measures.reads import months_received
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.remedies.models import Wish
from heard.targets.program import today
from heard.ui.telling import day_told
from heard.voice.comments import publishable
from heard.voice.models import Comment

COMMENTS, WISHES, SIGNALS = 5, 5, 30
BACK = {"month": 0, "quarter": 2}  # months before the month shown that still count as news


@dataclass(frozen=True)
class Said:
    """A comment as this person may see it, and whether the public may too."""

    comment: Comment
    words: str
    is_public: bool


@dataclass(frozen=True)
class Other:
    """Another division's board, with how many alerts wait there."""

    division: Division
    open: int


@dataclass
class Board:
    """Everything on the page of one group."""

    division: Division | None
    month: str | None
    since: str
    areas: list[Area] = field(default_factory=list)
    without: list[Line] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    older: int = 0
    muted: list[tuple[str, Mute]] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    comments: list[Said] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    wishes_total: int = 0
    look: Look | None = None
    others: list[Other] = field(default_factory=list)

    @property
    def verdicts(self) -> dict[str, int]:
        """How many targets of the month are ``met``, ``missed`` or too ``close`` to call."""
        names = {"met": "met", "not met": "missed", "too close": "close"}
        counts = dict.fromkeys(names.values(), 0)
        for area in self.areas:
            for line in area.lines:
                if line.judged is not None and line.judged.verdict in names:
                    counts[names[line.judged.verdict]] += 1
        return counts

    @property
    def month_told(self) -> str:
        """The month the figures are of."""
        return day_told(first_day(self.month), "month") if self.month else ""

    @property
    def is_calm(self) -> bool:
        """Whether nothing on it asks for anything."""
        return not (self.changed or self.older or self.due or self.wishes)


def board(division: Division | None, viewer: Staff, *, since: str = "month") -> Board:
    """The board of a division, or of the city; a fixed number of queries."""
    month = headline(months_received())
    made = Board(division, month, since if since in BACK else "month")
    by, group = place_of(division)
    rows = signals_of(division)
    if month is not None:
        _tell_news(made, rows, month)
        mine = {s.row.measure: s.row for s in made.changed if s.row.period == month}
        made.areas, made.without = areas(by, group, month, mine)
    else:
        _tell_news(made, rows, f"{today():%Y-%m}")
    made.due = due(division)
    made.comments = comments_for(division, viewer)
    made.wishes, made.wishes_total = wishes_for(division, viewer)
    made.look = Look.objects.first()
    if division is None:
        made.others = _others()
    return made


def place_of(division: Division | None) -> tuple[str, str]:
    """Grouping and code under which a board's figures are stored."""
    return ("division", division.code) if division is not None else (ALL, ALL)


def signals_of(division: Division | None) -> QuerySet[Signal, Signal]:
    """The alerts of a board, the newest first."""
    by, group = place_of(division)
    return Signal.objects.filter(by=by, group=group).select_related("answered_by")


def _tell_news(made: Board, rows: QuerySet[Signal, Signal], month: str) -> None:
    begins = month_period(months_before(month, BACK[made.since])).first
    names = Names()
    news = rows.filter(last__gte=begins, muted=False).order_by("-first", "measure")
    made.changed = [told(row, names) for row in news[:SIGNALS]]
    made.older = rows.filter(last__lt=begins, muted=False, answered_at=None).count()
    muted = Mute.objects.filter(until__gte=today()).select_related("by")
    made.muted = [(names.measure(row.measure), row) for row in muted]


def comments_for(
    division: Division | None, viewer: Staff, *, after: date | None = None
) -> list[Said]:
    """The latest comments this person's role may see; one query.

    Who may read comments reads every one as it was written; everybody else what was published.
    """
    found = Comment.objects.filter(response__is_spam=False, response__is_test=False)
    if division is not None:
        found = found.filter(division=division.code)
    reads = may(viewer, "read comments")
    if not reads:
        found = found.filter(publishable())
    if after is not None:
        found = found.filter(at__date__gte=after)
    rows = found.select_related("response").order_by("-at", "-id")[:COMMENTS]
    return [
        Said(
            row, row.response.comment if reads else row.masked,
            row.state == Comment.State.PUBLISHED,
        )
        for row in rows
    ]  # fmt: skip


def wishes_for(division: Division | None, viewer: Staff) -> tuple[list[Wish], int]:
    """Wishes for a remedy that wait for an answer, the oldest first, and how many in all."""
    if not may(viewer, "allow remedies"):
        return [], 0
    found = Wish.objects.filter(decision="").select_related("case__service", "kind", "asked_by")
    if division is not None:
        found = found.filter(case__division=division)
    return list(found.order_by("asked_at", "pk")[:WISHES]), found.count()


def _others() -> list[Other]:
    waiting = Signal.objects.filter(by="division", muted=False, answered_at=None).order_by()
    counts = dict(waiting.values_list("group").annotate(n=Count("pk")))
    rows: Sequence[Division] = list(Division.objects.select_related("department"))
    found = [Other(row, counts.get(row.code, 0)) for row in rows]
    return sorted(
        found, key=lambda one: (-one.open, str(one.division.department), str(one.division))
    )


def division_of(viewer: Staff) -> Division | None:
    """The division whose board somebody sees first; None for the city's."""
    if may(viewer, "see every board"):
        return None
    return viewer.division


def may_see(viewer: Staff, division: Division | None) -> bool:
    """Whether somebody may see a board: their own division's, or every one."""
    if not may(viewer, "see boards"):
        return False
    if may(viewer, "see every board"):
        return True
    return division is not None and viewer.division_id == division.pk
