"""Who has a case open, and who writes in it. Fresh for two minutes, gone after a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.core import clock
from heard.core.gather import Found, Part, moment_of
from heard.doors.desk.known import known
from heard.doors.desk.models import Presence
from heard.people.models import Staff

FRESH = timedelta(minutes=2)
WRITING = timedelta(seconds=30)
RENEW = timedelta(seconds=60)  # a page view within this time writes nothing
MOST = 12
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Here:
    """A colleague at this case; ``writes`` while they are typing."""

    person: Staff
    writes: bool

    @property
    def words(self) -> str:
        """Who, and what they do."""
        if self.writes:
            return _("{name} is writing here.").format(name=self.person.name)
        return _("{name} has this case open.").format(name=self.person.name)


@dataclass(frozen=True, slots=True)
class AtCase:
    """The others at a case, those who write first; and when the viewer was here last."""

    others: list[Here]
    mine: datetime | None


def here_part(case: Case) -> Part:
    """What to gather: everybody seen at the case within a day, the latest first."""
    rows = Presence.objects.filter(case=case, seen_at__gte=clock.now() - KEPT)
    return Part(rows.order_by("-seen_at"), "seen_at", ("person_id", "wrote_at"), MOST)


def here_from(found: list[Found], viewer: Staff) -> AtCase:
    """The same, told."""
    now, people = clock.now(), known().people
    others, mine = [], None
    for row in found:
        pk, wrote_at = int(row.texts[0] or 0), moment_of(row.texts[1])
        if pk == viewer.pk:
            mine = row.at
        elif row.at is not None and row.at >= now - FRESH and pk in people:
            others.append(Here(people[pk], wrote_at is not None and wrote_at >= now - WRITING))
    others.sort(key=lambda here: (not here.writes, here.person.name))
    return AtCase(others, mine)


@transaction.atomic
def be_here(case: Case, person: Staff, *, writes: bool = False) -> None:
    """Note that the person has the case open now, and whether they write."""
    now = clock.now()
    row = Presence(case=case, person=person, seen_at=now, wrote_at=now if writes else None)
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["case", "person"],
        update_fields=["seen_at", "wrote_at"],
    )


def leave(case: Case, person: Staff) -> None:
    """They closed the page: not here any more, but known to have been."""
    long_ago = clock.now() - FRESH
    Presence.objects.filter(case=case, person=person, seen_at__gt=long_ago).update(
        seen_at=long_ago, wrote_at=None
    )


def forget_old() -> None:
    """Drop what nobody asks for any more."""
    Presence.objects.filter(seen_at__lt=clock.now() - KEPT).delete()
