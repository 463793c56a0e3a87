"""Shared by the flows about promises: a letter to a member of staff, in their language."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from heard.core import clock
from heard.core.city import city, city_zone
from heard.people.models import Staff
from heard.post.models import Dispatch


def write_to_staff(key: str, template: str, to: Staff, **context: Any) -> None:
    """One plain letter, once per key: the template's first line is its subject."""
    if not to.is_active or not to.email:
        return
    with translation.override(to.language), timezone.override(city_zone()):
        full = {"city": city(), "person": to, **context}
        subject, _newline, text = (
            render_to_string(f"post/{template}.txt", full).strip().partition("\n")
        )
    now = clock.now()
    Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "address": to.email,
            "language": to.language,
            "template": template,
            "subject": subject.strip()[:200],
            "text": text.strip(),
            "about": f"staff:{to.pk}",
            "due_at": now,
            "created_at": now,
        },
    )
