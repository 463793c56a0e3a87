"""The way through a form: one page for each group of questions, then where, who, and a last look.

The whole form is one ``ReportForm``; a page shows and judges only its own fields of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from heard.catalogue.asking import in_words, kept
from heard.catalogue.conditions import asked_now
from heard.catalogue.models import Question, Service
from heard.core.words import said
from heard.doors.web.forms import CHANNELS, ReportForm

WHERE = ("place", "lat", "lon")
WHO = ("anonymous", "name", "email", "phone", "preferred_channel", "language")
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a form: its name in the address, its title, and the fields it asks."""

    slug: str
    title: str
    fields: tuple[str, ...]
    intro: str = ""
    questions: tuple[Question, ...] = field(default=())


def steps_of(
    service: Service, questions: Sequence[Question], typed: MultiValueDict[str, str]
) -> list[Step]:
    """The pages of the form, without those on which nothing would be asked after these answers."""
    pages = [Step("need", _("What do you need?"), ("words",))]
    pages += _question_pages(questions, typed)
    if service.place != Service.Place.NONE:
        pages.append(Step("where", _("Where is it?"), WHERE))
    pages.append(Step("you", _("How can we answer you?"), WHO))
    return pages


def _question_pages(
    questions: Sequence[Question], typed: MultiValueDict[str, str]
) -> Iterable[Step]:
    """One page for each group that has a question that may be asked.

    A question whose condition lies on the same page stands there in any case: it may yet be met.
    """
    answers = {q.code: typed.getlist(f"q_{q.code}") for q in questions}
    asked = {q.pk for q in asked_now(questions, answers)}
    pages: dict[int | None, list[Question]] = {}
    for question in questions:
        pages.setdefault(question.group_id, []).append(question)
    for group_id, found in pages.items():
        here = {q.pk for q in found}
        shown = [q for q in found if q.pk in asked or _decided_here(q, here, found, asked)]
        if not shown:
            continue
        group = found[0].group
        yield Step(
            f"page-{group_id}" if group else "questions",
            said(group.title) if group else _("About your request"),
            tuple(f"q_{q.code}" for q in shown),
            said(group.intro) if group else "",
            tuple(shown),
        )


def _decided_here(
    question: Question, here: set[int], found: list[Question], asked: set[int]
) -> bool:
    """Whether what decides about a question is (or may yet be) asked on its own page."""
    if question.only_if_id not in here:
        return False
    before = next(q for q in found if q.pk == question.only_if_id)
    return before.pk in asked or _decided_here(before, here, found, asked)


def only(form: ReportForm, names: Iterable[str]) -> bool:
    """Judge only these fields of a form: drop the faults of others, and say whether none is left.

    Faults of hidden fields stand at the field they belong to already.
    """
    wanted = set(names)
    for name in [name for name in form.errors if name not in wanted]:
        del form.errors[name]
    return not form.errors


def parts_of(form: ReportForm, names: Iterable[str]) -> set[str]:
    """The names under which a page sends these fields: a place has three parts."""
    found: set[str] = set()
    for name in names:
        widget = form.fields[name].widget if name in form.fields else None
        inner = getattr(widget, "widgets_names", None)
        found |= {f"{name}{part}" for part in inner} if inner else {name}
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered on a page, for the last look: label and words; what is still missing."""

    step: Step
    rows: list[tuple[str, str]]
    missing: list[str]


def told(form: ReportForm, steps: list[Step], counts: dict[str, int]) -> list[Told]:
    """Everything that was answered, page by page."""
    return [Told(step, _rows(form, step, counts), _missing(form, step)) for step in steps]


def _rows(form: ReportForm, step: Step, counts: dict[str, int]) -> list[tuple[str, str]]:
    given: dict[str, Any] = form.cleaned_data
    if step.questions:
        asked = asked_now(form.questions, form.chosen)
        here = [q for q in step.questions if q in asked]
        answers = {
            q.code: ["x"] * counts.get(q.code, 0) if q.is_upload else kept(given.get(f"q_{q.code}"))
            for q in here
        }
        return in_words(here, answers)
    if step.slug == "where":
        point = _("A point on the map") if given.get("lat") else ""
        both = [part for part in (given.get("place"), point) if part]
        return [(step.title, " · ".join(both))] if both else []
    if step.slug == "you":
        return _who(form, given)
    return [(step.title, str(given.get("words") or ""))] if given.get("words") else []


def _who(form: ReportForm, given: dict[str, Any]) -> list[tuple[str, str]]:
    if given.get("anonymous"):
        return [(_("Your name"), _("You stay anonymous"))]
    channels = {key: str(words) for key, words in CHANNELS}
    languages = dict(form.fields["language"].choices)  # type: ignore[attr-defined]
    values = {
        "name": given.get("name"),
        "email": given.get("email"),
        "phone": given.get("phone"),
        "preferred_channel": channels.get(given.get("preferred_channel") or ""),
        "language": languages.get(given.get("language") or ""),
    }
    return [(str(form.fields[n].label), str(v)) for n, v in values.items() if v]


def _missing(form: ReportForm, step: Step) -> list[str]:
    return [str(m) for name in step.fields for m in form.errors.get(name, [])]
