"""Reading cases: what one page needs. Lists are in ``listing``, their search in ``searching``."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from heard.cases.listing import due_soon, overdue
from heard.cases.models import Case
from heard.catalogue.asking import in_words
from heard.catalogue.models import Question
from heard.core.references import clean_reference
from heard.core.words import said
from heard.people.models import Division

OTHER_CASES = 10


def case_at_desk(reference: str) -> Case | None:
    """The case with this reference, however it was typed, with what its page shows."""
    return (
        Case.objects.select_related(
            "service", "division__department", "district", "customer", "assignee", "contact"
        )
        .filter(reference=clean_reference(reference))
        .first()
    )


def spoken_answers(case: Case) -> list[tuple[str, str]]:
    """The customer's answers to the service's questions, as label and words, in their order."""
    if not case.answers:
        return []
    left = dict(case.answers)
    told = []
    for question in Question.every.filter(service_id=case.service_id):  # retired ones too
        if question.code in left:
            told.append((str(question), _spoken(question, left.pop(question.code))))
    return told + [(code, str(value)) for code, value in left.items()]


def _spoken(question: Question, value: object) -> str:
    if question.is_upload or isinstance(value, dict):
        return in_words([question], {question.code: value})[0][1]
    names = {str(choice.get("key")): said(choice.get("name")) for choice in question.choices}
    if question.kind == Question.Kind.YES_NO:
        names = {
            "True": str(_("yes")),
            "yes": str(_("yes")),
            "False": str(_("no")),
            "no": str(_("no")),
        }
    if isinstance(value, list):
        return ", ".join(names.get(str(part)) or str(part) for part in value)
    return names.get(str(value)) or str(value)


def at_risk(division: Division, now: datetime) -> dict[str, int]:
    """How many open cases of a division are overdue, and how many fall due within two days."""
    here = Case.objects.filter(division=division)
    return {
        "overdue": here.filter(overdue(now)).count(),
        "soon": here.filter(due_soon(now)).count(),
    }
