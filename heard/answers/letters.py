"""The letter to whoever keeps answers that nobody has looked at for too long."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from heard.answers.models import Answer
from heard.core import clock
from heard.core.city import city
from heard.people.models import Staff
from heard.post.models import Dispatch


def remind_keeper(person: Staff, answer_ids: list[int], *, key: str) -> Dispatch | None:
    """Write to the keeper of these answers, in their language, once per key.

    None where nobody is to be reached any more, or every answer has been seen to meanwhile.
    """
    rows = Answer.objects.filter(pk__in=answer_ids, state=Answer.State.PUBLISHED)
    today = clock.local_day(clock.now(), city().zone)
    answers = [row for row in rows.order_by("review_on", "slug") if row.is_stale(today)]
    if not answers or not person.is_active or not person.email:
        return None
    with translation.override(person.language):
        lines = [
            (row, f"{settings.HEARD_URL}{reverse('answers_desk:answer', args=[row.pk])}")
            for row in answers
        ]
        context = {"person": person, "lines": lines, "city": city()}
        written = render_to_string("answers/mail_review.txt", context).strip()
    subject, _newline, text = written.partition("\n")
    now = clock.now()
    made, _created = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "address": person.email,
            "language": person.language,
            "template": "answer_review",
            "about": f"staff:{person.pk}",
            "subject": subject.strip()[:200],
            "text": text.strip(),
            "due_at": now,
            "created_at": now,
        },
    )
    return made
