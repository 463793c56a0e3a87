"""Ratings become answers in the widget's pool; what was rated before is taken along."""

from datetime import timedelta
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def take_along(apps: Any, editor: Any) -> None:
    """Give each rating an answer of its own, to the words that were asked then."""
    ratings = apps.get_model("widget", "PageRating")
    if not ratings.objects.exists():
        return
    first = ratings.objects.order_by("at").first().at
    survey, _made = apps.get_model("voice", "Instrument").objects.get_or_create(
        code="page",
        defaults={
            "name": {"en": "On our web pages", "es": "En nuestras páginas web"},
            "occasion": "open", "created_at": first,
        },
    )  # fmt: skip
    version, _made = apps.get_model("voice", "Version").objects.get_or_create(
        instrument=survey, number=1,
        defaults={
            "heading": {"en": "Rate this page", "es": "Califique esta página"},
            "questions": OLD_QUESTIONS, "made_at": first, "published_at": first,
        },
    )  # fmt: skip
    invitations = apps.get_model("voice", "Invitation").objects
    responses = apps.get_model("voice", "Response").objects
    for row in ratings.objects.all():
        asked = invitations.create(
            about=f"widget:{row.key.lower()}", version=version, wording="page-1", pool="widget",
            via="none", language=row.language, channel="web", asked_at=row.at, started_at=row.at,
            expires_at=row.at + timedelta(days=30),
        )  # fmt: skip
        row.response = responses.create(
            invitation=asked, pool="widget", satisfaction=row.rating, comment=row.words,
            answered_at=row.at, changed_at=row.at,
        )  # fmt: skip
        row.save(update_fields=["response"])


OLD_QUESTIONS = [
    {
        "key": "satisfaction", "kind": "csat", "revision": 1,
        "label": {"en": "Did this page help you?", "es": "¿Le ayudó esta página?"},
    },
    {
        "key": "comment", "kind": "comment", "revision": 1,
        "label": {
            "en": "What was missing, or what was good? (optional)",
            "es": "¿Qué faltó o qué estuvo bien? (opcional)",
        },
    },
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("widget", "0001_page_ratings"), ("voice", "0004_closing_survey")]

    operations = [
        migrations.AddField(
            "pagerating",
            "response",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE,
                related_name="page_rating", to="voice.response",
            ),
        ),
        migrations.RunPython(take_along, migrations.RunPython.noop, elidable=True),
    ]  # fmt: skip
