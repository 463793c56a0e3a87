"""Alerts and the weekly mail: who is written to, once each."""

from collections import defaultdict
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from heard.boards.models import Signal, Week
from heard.boards.telling import Names, told
from heard.boards.weekly import letter, wants_mail
from heard.core import clock
from heard.core.city import city, city_zone
from heard.core.models import Event
from heard.flows.telling import public_url
from heard.measures.definitions import ALL
from heard.people.models import Role, Staff
from heard.post.models import Dispatch
from heard.targets.models import Owner


def tell_who_answers(event: Event) -> None:
    """One mail to each person an alert of this look is for, with all of theirs in it.

    An alert of the city is for the measure's owner, or the CX leads where nobody (or somebody who
    left) answers for it; one of a division is for its managers.
    """
    rows = list(Signal.objects.filter(pk__in=event.data["signals"], muted=False))
    people = _people_of(rows)
    for person, mine in people.items():
        _write(
            f"event-{event.pk}-alerts-{person.pk}", "board_alerts", person, about_signals=mine,
            place="boards:alerts",
        )  # fmt: skip


def _people_of(rows: list[Signal]) -> dict[Staff, list[Signal]]:
    leads = list(Staff.objects.filter(role=Role.CX_LEAD, is_active=True))
    owning = Owner.objects.filter(measure__in={r.measure for r in rows}, staff__is_active=True)
    owners = {row.measure: row.staff for row in owning.select_related("staff")}
    managers: dict[str, list[Staff]] = defaultdict(list)
    codes = {row.group for row in rows if row.by == "division"}
    for person in Staff.objects.filter(
        role=Role.MANAGER, is_active=True, division__code__in=codes
    ).select_related("division"):
        assert person.division is not None
        managers[person.division.code].append(person)
    found: dict[Staff, list[Signal]] = defaultdict(list)
    for row in rows:
        owner = owners.get(row.measure)
        to = managers[row.group] if row.by == "division" else [owner] if owner else leads
        for person in to:
            found[person].append(row)
    return found


def send_weekly(event: Event) -> None:
    """Write one person's mail of a Monday; not to somebody who left or said no meanwhile."""
    week = Week.objects.get(pk=event.about_id)
    person = Staff.objects.select_related("division").filter(pk=event.data["staff"]).first()
    if person is None or not wants_mail(person):
        return
    with translation.override(person.language), timezone.override(city_zone()):
        made = letter(person, week.monday)
    if not made.is_calm:
        _write(
            f"weekly-{week.monday}-{person.pk}", "board_weekly", person, letter=made,
            place="boards:home",
        )  # fmt: skip


def _write(
    key: str,
    template: str,
    to: Staff,
    *,
    place: str,
    about_signals: list[Signal] | None = None,
    **context: Any,
) -> None:
    """A letter to a member of staff in their language, as text and HTML; once per key."""
    if not to.is_active or not to.email:
        return
    with translation.override(to.language), timezone.override(city_zone()):
        names = Names()
        full = {
            "city": city(), "customer": to, "person": to, "language": to.language,
            "link": public_url(reverse(place)), "choice": public_url(reverse("boards:mail")),
            "told": [told(row, names) for row in about_signals or ()], "all": ALL, **context,
        }  # fmt: skip
        written = render_to_string(f"post/{template}.txt", full).strip()
        subject, _newline, text = written.partition("\n")
        full["subject"] = subject.strip()
        html = render_to_string(f"post/{template}.html", full)
    now = clock.now()
    Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "address": to.email,
            "language": to.language,
            "template": template,
            "subject": subject.strip()[:200],
            "text": text.strip(),
            "html": html,
            "about": f"staff:{to.pk}",
            "due_at": now,
            "created_at": now,
        },
    )


WIRING = {"signals.found": [tell_who_answers], "weekly.due": [send_weekly]}
