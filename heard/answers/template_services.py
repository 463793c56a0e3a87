"""What can be done with a reply template."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from heard.answers.models import ReplyTemplate
from heard.answers.replies import check
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, Refused
from heard.core.text import clean, clean_line
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division
from heard.people.roles import require

NAME_LIMIT, WORDS_LIMIT = 80, 4_000


@write
def save_template(
    *,
    name: str,
    words: Words,
    actor: Actor,
    template: ReplyTemplate | None = None,
    division: Division | None = None,
    services: Iterable[Service] = (),
    is_active: bool = True,
    seen_version: int | None = None,
    key: str | None = None,
) -> ReplyTemplate:
    """Write a template, or change one. An unknown variable is refused with the nearest one."""
    if (earlier := about_of_earlier(ReplyTemplate, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "publish answers")
    row = ReplyTemplate() if template is None else _locked(template, seen_version)
    before = {"name": row.name, "words": row.words, "is_active": row.is_active}
    row.name = clean_line(name, limit=NAME_LIMIT)
    if not row.name:
        raise Refused(_("Give the template a name."), field="name")
    row.words = _checked(words)
    row.division, row.is_active = division, is_active
    row.version = 1 if row._state.adding else row.version + 1
    row.changed_at, row.changed_by = clock.now(), actor.name
    row.save()
    row.services.set(services)
    after = {"name": row.name, "words": row.words, "is_active": row.is_active}
    changes = {n: [before[n], after[n]] for n in after if before[n] != after[n]}
    record("reply_template.written", about=row, actor=actor, changes=changes, key=key)
    return row


def _locked(template: ReplyTemplate, seen_version: int | None) -> ReplyTemplate:
    fresh = ReplyTemplate.objects.select_for_update().get(pk=template.pk)
    if seen_version is not None and fresh.version != seen_version:
        raise ChangedMeanwhile(
            _("Somebody changed this template while you had it open. Look again, then decide.")
        )
    return fresh


def _checked(words: Words) -> Words:
    kept = {language: tidy for language, text in words.items() if (tidy := clean(text))}
    if not kept.get("en"):
        raise Refused(_("Write the words in English at least."), field="words_en")
    for language, text in kept.items():
        if len(text) > WORDS_LIMIT:
            raise Refused(
                _("That is {n} characters; {limit} fit. Please shorten it.").format(
                    n=len(text), limit=WORDS_LIMIT
                ),
                field=f"words_{language}",
            )
        try:
            check(text)
        except Refused as refused:
            raise Refused(str(refused), field=f"words_{language}") from refused
    return kept
