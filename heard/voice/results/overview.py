"""All surveys in one table: each with its leading figure, n and response rate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from heard.voice.instruments import asked_by
from heard.voice.models import Instrument, Invitation, Pool, Response, Version
from heard.voice.questions import Question
from heard.voice.reports.funnel import COUNTS
from heard.voice.reports.slices import CLOSING
from heard.voice.results.counting import CORE, MOST_ROWS, Tally
from heard.voice.results.figures import Value, headline
from heard_stats import share

LEADING = ("csat", "ease", "effort", "recommend", "trust", "thumbs", "acsi")
ASKED_POOLS = (Pool.INVITED, Pool.PHONE)


@dataclass(frozen=True, slots=True)
class Row:
    """One survey: answers of its one pool, its leading question in the newest words, the rate.

    ``rate`` is answered of invited; None where nobody is invited in that pool.
    """

    instrument: Instrument
    pool: str
    answers: int
    question: Question | None
    value: Value | None
    n: int
    invited: int
    rate: Value | None

    @property
    def pool_word(self) -> str:
        """The pool in words."""
        return str(Pool(self.pool).label)


def leading(asked: Sequence[Question]) -> Question | None:
    """The question whose figure stands for the survey: the first that has one."""
    found = [one for one in asked if one.kind in LEADING]
    return next((one for one in found if one.kind == "csat"), found[0] if found else None)


def pool_of(counts: Mapping[str, int], occasion: str) -> str:
    """The one pool a page begins with: the invited where there are any, else the largest.

    Without answers it is the pool such a survey is meant for.
    """
    if counts.get(Pool.INVITED):
        return Pool.INVITED
    if any(counts.values()):
        return max(sorted(counts), key=lambda pool: counts[pool])
    meant: dict[str, str] = {"place": Pool.KIOSK, "open": Pool.OPEN}
    return meant.get(occasion, Pool.INVITED)


def overview(since: datetime, until: datetime) -> list[Row]:
    """Every survey that was ever published. Five queries, whatever their number."""
    versions = list(
        Version.objects.filter(published_at__isnull=False)
        .select_related("instrument")
        .order_by("-instrument__is_active", "instrument_id", "number")
    )
    table = _Table(versions, since, until)
    newest = {version.instrument_id: version for version in versions}
    return [table.row(version) for version in newest.values()]


class _Table:
    """What the rows are made of, read once for all surveys."""

    def __init__(self, versions: Sequence[Version], since: datetime, until: datetime) -> None:
        self.code_of: dict[int | None, str] = {v.pk: v.instrument.code for v in versions}
        self.code_of[None] = CLOSING
        newest = {version.instrument.code: asked_by(version) for version in versions}
        self.leads = {code: leading(asked) for code, asked in newest.items()}
        self.asks = {version.pk: {one.series for one in asked_by(version)} for version in versions}
        first = next((v.pk for v in versions if v.instrument.code == CLOSING), None)
        self.asks_none = self.asks.get(first, set()) if first else set()
        self.answers: dict[str, Counter[str]] = {}
        self.tallies: dict[tuple[str, str], Tally] = {}
        self._read(since, until)
        self.asked = _asked(since, until, self.code_of)

    def _read(self, since: datetime, until: datetime) -> None:
        answers = Response.objects.filter(
            is_spam=False, is_test=False, answered_at__gte=since, answered_at__lt=until
        ).order_by()
        key = ("invitation__version", "pool")
        counted = answers.values_list(*key, "satisfaction", "ease").annotate(n=Count("id"))
        for version, pool, satisfaction, ease, n in counted:
            code = self.code_of.get(version, "")
            self.answers.setdefault(code, Counter())[pool] += n
            self._take(version, pool, {"satisfaction": satisfaction, "ease": ease}, n)
        apart = [
            pk for pk, code in self.code_of.items()
            if pk and (lead := self.leads.get(code)) and lead.key not in CORE
        ]  # fmt: skip
        rows = answers.filter(invitation__version__in=apart).values_list(*key, "more")
        for version, pool, more in rows[:MOST_ROWS]:
            self._take(version, pool, more, 1)

    def _take(self, version: int | None, pool: str, given: Mapping[str, object], n: int) -> None:
        code = self.code_of.get(version, "")
        lead = self.leads.get(code)
        series = self.asks.get(version, set()) if version else self.asks_none
        if lead is not None and lead.series in series and lead.key in given:
            tally = self.tallies.setdefault((code, pool), Tally(lead))
            tally.take(given[lead.key], None, n)

    def row(self, version: Version) -> Row:
        code = version.instrument.code
        answers = self.answers.get(code, Counter())
        pool = pool_of(answers, version.instrument.occasion)
        tally = self.tallies.get((code, pool))
        lead = headline(tally) if tally else None
        invited, answered = self.asked.get((code, pool), (0, 0))
        found = share(answered, invited)
        rate = Value("rate", "", "share", found.value, found.low, found.high, invited)
        return Row(
            version.instrument, pool, answers[pool], self.leads.get(code),
            None if lead is None or lead.hidden else lead, tally.answered if tally else 0, invited,
            rate if invited else None,
        )  # fmt: skip


def _asked(
    since: datetime, until: datetime, code_of: Mapping[int | None, str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Invited and answered, of those asked in the time, by survey and pool."""
    counted = (
        Invitation.objects.filter(Q(pool__in=ASKED_POOLS), asked_at__gte=since, asked_at__lt=until)
        .values_list("version", "pool")
        .annotate(invited=Count("id"), answered=Count("id", filter=COUNTS))
        .order_by()
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for version, pool, invited, answered in counted:
        key = (code_of.get(version, ""), pool)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + invited, before[1] + answered)
    return found
