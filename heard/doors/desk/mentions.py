"""Colleagues named in notes: ``@Ana Ruiz``. They find the case in a queue, and get a letter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from heard.cases.models import Case, Message
from heard.cases.searching import fold
from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city
from heard.core.gather import Part
from heard.core.writes import record, write
from heard.doors.desk.models import Mention
from heard.people.models import Staff
from heard.people.roles import may
from heard.post.models import Dispatch

_AT = re.compile(r"(?:^|(?<=[\s(,;:.]))@(?=\w)")
LONGEST = 60
MOST = 10  # people of one note


@dataclass(frozen=True, slots=True)
class Named:
    """Who is meant by a text, and what stands after an @ but means nobody, or several."""

    people: list[Staff]
    unknown: list[str]


def named_in(text: str, staff: Iterable[Staff]) -> Named:
    """Find ``@name``: a whole name, a first name only one has, or the beginning of an email."""
    by_name: dict[str, list[Staff]] = {}
    for person in staff:
        if not person.is_active or not may(person, "read cases"):
            continue
        whole = " ".join(fold(person.name).split())
        first = whole.partition(" ")[0]
        for name in {whole, first, fold(person.email.partition("@")[0]).strip()} - {""}:
            by_name.setdefault(name, []).append(person)
    people: dict[int, Staff] = {}
    unknown = []
    for found in _AT.finditer(text):
        typed = text[found.end() : found.end() + LONGEST]
        meant = _meant(" ".join(fold(typed).split()), by_name)
        if meant is not None:
            people[meant.pk] = meant
        else:
            unknown.append("@" + (re.match(r"[\w.-]+", typed) or [""])[0])
    return Named(list(people.values())[:MOST], list(dict.fromkeys(unknown)))


def _meant(typed: str, by_name: dict[str, list[Staff]]) -> Staff | None:
    """The person with the longest name that the text begins with, if there is only one."""
    words = typed.split(" ")[:6]
    for length in range(len(words), 0, -1):
        people = by_name.get(" ".join(words[:length]), [])
        if len(people) == 1:
            return people[0]
    return None


@write
def mention(message: Message, *, actor: Actor, key: str | None = None) -> list[Mention]:
    """Keep who is named in a note, once each; the writer themselves is not."""
    if message.direction != Message.Direction.NOTE or "@" not in message.words:
        return []
    named = named_in(message.words, Staff.objects.filter(is_active=True))
    made = []
    for person in named.people:
        if person.pk == message.staff_id:
            continue
        row, is_new = Mention.objects.get_or_create(
            person=person, message=message,
            defaults={"case_id": message.case_id, "by_id": message.staff_id, "at": message.at},
        )  # fmt: skip
        if is_new:
            record("case.mentioned", about=row, actor=actor, data={"case": message.case_id})
            made.append(row)
    return made


def unread_part(case: Case, viewer: Staff) -> Part:
    """The viewer's unread mentions in a case, to be gathered."""
    rows = Mention.objects.filter(case=case, person=viewer, read_at=None).order_by("at")
    return Part(rows, "at", ("by__name", "message__words"), MOST)


def read(case: Case, viewer: Staff) -> None:
    """They have the case before their eyes."""
    Mention.objects.filter(case=case, person=viewer, read_at=None).update(read_at=clock.now())


def write_letter(mention: Mention, *, key: str) -> Dispatch | None:
    """Tell the colleague by email, once per key; not who has read it already, or has left."""
    person = mention.person
    if mention.read_at is not None or not person.is_active or not person.email:
        return None
    with translation.override(person.language):
        link = f"{settings.HEARD_URL}{mention.case.get_absolute_url()}"
        context = {"mention": mention, "case": mention.case, "link": link, "city": city()}
        written = render_to_string("desk/mail_mention.txt", context).strip()
    subject, _newline, text = written.partition("\n")
    now = clock.now()
    made, _created = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "address": person.email,
            "language": person.language,
            "template": "mention",
            "about": f"case:{mention.case_id}",
            "subject": subject.strip()[:200],
            "text": text.strip(),
            "due_at": now,
            "created_at": now,
        },
    )
    return made
