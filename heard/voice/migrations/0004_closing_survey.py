"""The closing survey that was asked until now becomes version 1 of an instrument, word for word.

The words stand here and not in an import: what was asked then must not change with the code.
"""

from django.db import migrations
from django.utils import timezone

QUESTIONS = [
    {
        "key": "satisfaction",
        "kind": "csat",
        "revision": 1,
        "label": {
            "en": "How satisfied are you with how we handled this?",
            "es": "¿Qué tan satisfecho/a está con la forma en que atendimos su solicitud?",
        },
    },
    {
        "key": "ease",
        "kind": "ease",
        "revision": 1,
        "label": {
            "en": "How easy was it to get this done with us?",
            "es": "¿Qué tan fácil fue lograrlo con nosotros?",
        },
    },
    {
        "key": "solved",
        "kind": "choice",
        "revision": 1,
        "label": {"en": "Is it solved?", "es": "¿Quedó resuelto?"},
        "options": [
            {"key": "yes", "label": {"en": "Yes", "es": "Sí"}},
            {"key": "partly", "label": {"en": "Partly", "es": "En parte"}},
            {"key": "no", "label": {"en": "No", "es": "No"}},
        ],
    },
    {
        "key": "comment",
        "kind": "comment",
        "revision": 1,
        "label": {"en": "What should we know?", "es": "¿Qué deberíamos saber?"},
        "hint": {
            "en": "What went well, what we should do better. Any language is fine.",
            "es": "Qué salió bien, qué debemos hacer mejor. En el idioma que prefiera.",
        },
    },
]


def begin(apps, schema_editor):
    Instrument = apps.get_model("voice", "Instrument")
    Version = apps.get_model("voice", "Version")
    Invitation = apps.get_model("voice", "Invitation")
    first = Invitation.objects.order_by("asked_at").first()
    since = first.asked_at if first else timezone.now()
    survey, _made = Instrument.objects.get_or_create(
        code="closing",
        defaults={
            "name": {"en": "After a request is closed", "es": "Al cerrarse una solicitud"},
            "occasion": "case",
            "created_at": since,
        },
    )
    version, _made = Version.objects.get_or_create(
        instrument=survey,
        number=1,
        defaults={
            "heading": {"en": "How did it go?", "es": "¿Cómo le fue?"},
            "questions": QUESTIONS,
            "made_at": since,
            "published_at": since,
        },
    )
    Invitation.objects.filter(wording="closing-1", version=None).update(version=version)


class Migration(migrations.Migration):
    dependencies = [("voice", "0003_instruments_and_pools")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
