"""What can be done with the form of a service: its pages and its questions."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from heard.catalogue.conditions import DECIDING, check_condition, check_order
from heard.catalogue.models import Question, QuestionGroup, Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.words import Words, said
from heard.core.writes import about_of_earlier, record, write
from heard.places.services import may_keep_calendar

MOST, MOST_GROUPS, MOST_CHOICES = 60, 20, 60
LONGEST = {"label": 300, "hint": 1000, "title": 120, "intro": 1000}
_KEPT = 20  # earlier wordings of one question


@dataclass(frozen=True, slots=True)
class Content:
    """What a question asks and how; ``only_if`` is the question that decides whether it is."""

    kind: str
    label: Words
    hint: Words = field(default_factory=dict)
    required: bool = False
    choices: list[dict[str, Any]] = field(default_factory=list)
    group: QuestionGroup | None = None
    only_if: Question | None = None
    only_if_value: str = ""


def may_write_form(actor: Actor, service: Service) -> bool:
    """Administrators build every form, a manager those of the own division."""
    return may_keep_calendar(actor, service.division_id)


@write
def add_question(
    service: Service, content: Content, *, actor: Actor, key: str | None = None
) -> Question:
    """Add a question at the end of its page."""
    if (earlier := about_of_earlier(Question, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    _locked(service, actor)
    order = list(service.questions.all())
    if len(order) >= MOST:
        raise Refused(_("A form has at most {most} questions.").format(most=MOST))
    made = Question(service=service, code=_code(service, content.label))
    made.order = max((q.order for q in Question.every.filter(service=service)), default=0) + 1
    _fill(made, content)
    before = [q for q in order if _page(q) <= _page(made)]
    check_condition(made, content.only_if, content.only_if_value, before)
    made.save()
    record("question.added", about=made, actor=actor, data={"service": service.pk}, key=key)
    return made


@write
def change_question(
    question: Question, content: Content, *, actor: Actor, key: str | None = None
) -> Question:
    """Change a question. Answers given before are still told in the words of their day."""
    if (earlier := about_of_earlier(Question, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    service = question.service
    _locked(service, actor)
    fresh = Question.every.select_for_update(of=("self",)).get(pk=question.pk)
    if content.kind != fresh.kind:
        raise Refused(
            _("The kind stays, since it was answered. Take it away and add a new one."),
            field="kind",
        )
    was = {"label": fresh.label, "choices": fresh.choices}
    _fill(fresh, content)
    changed = {name: [old, getattr(fresh, name)] for name, old in was.items()
               if old != getattr(fresh, name)}  # fmt: skip
    if changed:
        until = {"until": clock.now().isoformat(), **was}
        fresh.before = [*fresh.before, until][-_KEPT:]
    _check_followers(fresh)
    fresh.save()
    order = list(service.questions.all())
    check_condition(fresh, content.only_if, content.only_if_value, order)
    check_order(order)
    record("question.changed", about=fresh, actor=actor, changes=changed, key=key)
    return fresh


@write
def move_question(question: Question, by: int, *, actor: Actor) -> Question:
    """Move a question up (-1) or down (+1) on its page."""
    _locked(question.service, actor)
    page = [q for q in question.service.questions.all() if q.group_id == question.group_id]
    _swap(page, question.pk, by)
    check_order(list(question.service.questions.all()))
    record("question.moved", about=question, actor=actor, data={"by": by})
    return question


@write
def retire_question(question: Question, *, actor: Actor) -> Question:
    """Ask it no more; what was answered stays readable."""
    _locked(question.service, actor)
    follower = question.service.questions.filter(only_if=question).first()
    if follower is not None:
        raise Refused(
            _("“{question}” depends on it. Change that one first.").format(
                question=said(follower.label)
            )
        )
    question.retired_at, question.group = clock.now(), None
    question.save(update_fields=["retired_at", "group"])
    record("question.retired", about=question, actor=actor)
    return question


@write
def save_group(
    service: Service,
    group: QuestionGroup | None,
    *,
    title: Words,
    intro: Words,
    actor: Actor,
    key: str | None = None,
) -> QuestionGroup:
    """Add a page to a form, or change its title and introduction."""
    if (earlier := about_of_earlier(QuestionGroup, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    _locked(service, actor)
    _check_words(title=title, intro=intro)
    if group is None:
        orders = list(service.question_groups.values_list("order", flat=True))
        if len(orders) >= MOST_GROUPS:
            raise Refused(_("A form has at most {most} pages.").format(most=MOST_GROUPS))
        group = QuestionGroup(service=service, order=max(orders, default=0) + 1)
    was = [group.title, group.intro]
    group.title, group.intro = title, intro
    group.save()
    changes = {"title": [was[0], title], "intro": [was[1], intro]}
    record("question_group.saved", about=group, actor=actor, changes=changes, key=key)
    return group


@write
def move_group(group: QuestionGroup, by: int, *, actor: Actor) -> QuestionGroup:
    """Move a page up (-1) or down (+1)."""
    _locked(group.service, actor)
    _swap(list(group.service.question_groups.all()), group.pk, by)
    check_order(list(group.service.questions.all()))
    record("question_group.moved", about=group, actor=actor, data={"by": by})
    return group


@write
def drop_group(group: QuestionGroup, *, actor: Actor) -> None:
    """Take a page away; it must be empty."""
    _locked(group.service, actor)
    if group.questions.exists():
        raise Refused(_("Move or take away the questions of this page first."))
    record("question_group.dropped", about=group, actor=actor, data={"title": group.title})
    group.delete()


# --- shared -------------------------------------------------------------------------------------


def _locked(service: Service, actor: Actor) -> None:
    """One change of a form at a time, by who may."""
    if not may_write_form(actor, service):
        raise NotAllowed(_("Only an administrator or the division's manager may change this form."))
    Service.objects.select_for_update().get(pk=service.pk)


def _fill(question: Question, content: Content) -> None:
    if content.kind not in Question.Kind.values:
        raise Refused(_("Choose what kind of answer it is."), field="kind")
    _check_words(label=content.label, hint=content.hint)
    if content.kind in (Question.Kind.CHOICE, Question.Kind.MANY):
        _check_choices(content.choices)
    if content.group is not None and content.group.service_id != question.service_id:
        raise Refused(_("Choose a page of this form."), field="group")
    question.kind, question.label, question.hint = content.kind, content.label, content.hint
    question.required, question.group = content.required, content.group
    takes = content.kind in (Question.Kind.CHOICE, Question.Kind.MANY)
    question.choices = content.choices if takes else []
    question.only_if = content.only_if
    question.only_if_value = content.only_if_value if content.only_if else ""


def _check_words(**words: Words) -> None:
    for name, by_language in words.items():
        if name in ("label", "title") and not by_language.get("en"):
            raise Refused(_("Give the words in English at least."), field=name)
        if any(len(text) > LONGEST[name] for text in by_language.values()):
            raise Refused(
                _("Please keep it under {limit} characters.").format(limit=LONGEST[name]),
                field=name,
            )


def _check_choices(choices: list[dict[str, Any]]) -> None:
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise Refused(
            _("Give between 2 and {most} choices.").format(most=MOST_CHOICES), field="choices"
        )


def _check_followers(question: Question) -> None:
    """A choice that another question waits for cannot be taken away."""
    keys = {str(choice.get("key")) for choice in question.choices}
    if question.kind == Question.Kind.YES_NO or question.kind not in DECIDING:
        return
    for follower in question.service.questions.filter(only_if=question):
        if follower.only_if_value not in keys:
            raise Refused(
                _("“{question}” is asked only after the choice you take away.").format(
                    question=said(follower.label)
                ),
                field="choices",
            )


def _page(question: Question) -> int:
    return -1 if question.group is None else question.group.order


def _code(service: Service, label: Words) -> str:
    """A short name of the answer in the data, from the English label; never used twice."""
    plain = re.sub(r"[^a-z0-9]+", "_", said(label, "en").lower()).strip("_")[:40].strip("_")
    base = plain or "question"
    taken = set(Question.every.filter(service=service).values_list("code", flat=True))
    code, number = base, 2
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code


def _swap(rows: list[Any], pk: int, by: int) -> None:
    """Exchange a row's place with its neighbour's, and number all of them afresh."""
    here = next((place for place, row in enumerate(rows) if row.pk == pk), -1)
    there = here + (1 if by > 0 else -1)
    if here < 0 or not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, 1):
        if row.order != place:
            row.order = place
            row.save(update_fields=["order"])
