"""The weekly mail: each Monday from seven, one to whoever wants it and has something to read.

A calm week writes nothing: a mail that says that there is nothing teaches people not to open the
next one. That it was calm, and not broken, is on the page of the mail's settings.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from heard.boards.board import Said, place_of, wishes_for
from heard.boards.due import Due, due
from heard.boards.judgements import judge_all, subject_of
from heard.boards.models import MailChoice, Signal, Week
from heard.boards.series import month_period
from heard.boards.telling import Names, Told, told
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.city import city_zone
from heard.core.writes import record, write
from heard.measures.periods import headline
from heard.measures.reads import months_received
from heard.people.models import Division, Role, Staff
from heard.people.roles import may
from heard.targets.judging import Judged
from heard.targets.models import Target
from heard.voice.models import Comment

SEVEN = time(7)
LATEST = timedelta(days=2)  # a Monday missed is made up for until Wednesday
WEEK = timedelta(days=7)
THANKS, LISTED = 5, 12
WRITTEN_TO = (Role.MANAGER, Role.CX_LEAD)


@dataclass
class Letter:
    """What one person's mail says of the week before a Monday."""

    person: Staff
    division: Division | None
    monday: date
    signals: list[Told]
    verdicts: list[tuple[str, Judged]]
    month: str
    thanks: list[Said]
    thanks_total: int
    due: list[Due]
    wishes: int

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to say: verdicts alone are no news, they stand for a month."""
        return not (self.signals or self.thanks_total or self.due or self.wishes)


def monday_of(moment: datetime) -> date:
    """The Monday of the week a moment lies in, in the city."""
    local = moment.astimezone(city_zone())
    return local.date() - timedelta(days=local.weekday())


def recipients() -> list[Staff]:
    """Managers with a division, and CX leads, who want it; one query."""
    unwilling = MailChoice.objects.filter(weekly=False).values("staff")
    found = Staff.objects.filter(role__in=WRITTEN_TO, is_active=True).exclude(email="")
    found = found.exclude(pk__in=unwilling).exclude(Q(role=Role.MANAGER) & Q(division=None))
    return list(found.select_related("division").order_by("pk"))


@write
def close_week() -> int:
    """Once a week, from Monday at seven: an event for each mail to be written.

    Safe to repeat: the week's row and the events' keys are unique, and made together.
    """
    now = clock.now()
    monday = monday_of(now)
    begins = datetime.combine(monday, SEVEN, tzinfo=city_zone())
    if not begins <= now < begins + LATEST or Week.objects.filter(monday=monday).exists():
        return 0
    week, is_new = Week.objects.get_or_create(monday=monday, defaults={"at": now})
    if not is_new:
        return 0
    for person in recipients():
        if letter(person, monday).is_calm:
            week.calm += 1
            continue
        week.written += 1
        record(
            "weekly.due", about=week, actor=SYSTEM, data={"staff": person.pk},
            key=f"weekly-{monday}-{person.pk}",
        )  # fmt: skip
    week.save()
    return week.written


def letter(person: Staff, monday: date) -> Letter:
    """What a person's mail of a Monday says."""
    division = None if may(person, "see every board") else person.division
    month = headline(months_received()) or ""
    names = Names()
    signals = _signals(division, monday)
    thanks = _thanks(division, monday)
    return Letter(
        person, division, monday,
        signals=[told(row, names) for row in signals[:LISTED]],
        verdicts=_verdicts(division, month, names),
        month=month,
        thanks=[Said(row, row.masked, False) for row in thanks[:THANKS]],
        thanks_total=thanks.count(),
        due=due(division)[:LISTED],
        wishes=wishes_for(division, person)[1],
    )  # fmt: skip


def _begins(day: date) -> datetime:
    return datetime.combine(day, SEVEN, tzinfo=city_zone())


def _signals(division: Division | None, monday: date) -> QuerySet[Signal, Signal]:
    """Alerts of the week before; of the whole city also those of its divisions."""
    found = Signal.objects.filter(
        muted=False, at__gte=_begins(monday) - WEEK, at__lt=_begins(monday)
    )
    if division is not None:
        by, group = place_of(division)
        found = found.filter(by=by, group=group)
    return found.select_related("answered_by").order_by("by", "group", "measure")


def _thanks(division: Division | None, monday: date) -> QuerySet[Comment, Comment]:
    """Praise of the week before, in its masked words: what a person said it is, or a guess."""
    praise = Q(mood=Comment.Mood.POSITIVE) | Q(mood="", suggested_mood=Comment.Mood.POSITIVE)
    found = Comment.objects.filter(
        praise, response__is_spam=False, response__is_test=False,
        at__gte=_begins(monday) - WEEK, at__lt=_begins(monday),
    )  # fmt: skip
    return found if division is None else found.filter(division=division.code)


def _verdicts(division: Division | None, month: str, names: Names) -> list[tuple[str, Judged]]:
    """The targets of the latest finished month, with what they came to."""
    if not month:
        return []
    period, (by, group) = month_period(month), place_of(division)
    goals = Target.objects.exclude(statistic="").filter(
        by=by, group=group, kind="month", period=period.code
    )
    return [
        (names.measure(place[0]), one)
        for place, mine in judge_all(goals).items()
        for one in mine
        if subject_of(place[0], place[1]) is not None and one.figure.value is not None
    ]


@write
def choose_mail(person: Staff, *, weekly: bool, actor: Actor) -> None:
    """Say whether one wants the weekly mail; each for themselves."""
    row = MailChoice.objects.filter(staff=person).first()
    before = row.weekly if row else True
    if before == weekly:
        return
    kept, _made = MailChoice.objects.update_or_create(staff=person, defaults={"weekly": weekly})
    record("mail.chosen", about=kept, actor=actor, changes={"weekly": [before, weekly]})


def wants_mail(person: Staff) -> bool:
    """Whether somebody gets the weekly mail."""
    return not MailChoice.objects.filter(staff=person, weekly=False).exists()
