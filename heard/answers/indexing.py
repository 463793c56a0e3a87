"""What search knows of an answer: word stems with weights, written whenever its words change."""

from heard.answers.body import as_plain
from heard.answers.models import Answer, AnswerTerm
from heard.catalogue.reads import stems

QUESTION, KEYWORDS, SHORT, BODY = 4.0, 3.0, 2.0, 1.0
LONGEST_STEM = 48


def weights(answer: Answer) -> dict[str, float]:
    """How much each stem says about the answer: the largest of the places it stands in."""
    found: dict[str, float] = {}
    parts = (
        (answer.question, QUESTION),
        (answer.keywords, KEYWORDS),
        (answer.short, SHORT),
        (answer.body, BODY),
    )
    for texts, weight in parts:
        for language, text in (texts or {}).items():
            plain = as_plain(text) if weight == BODY else text
            for stem in stems(plain, language):
                if len(stem) <= LONGEST_STEM:
                    found[stem] = max(found.get(stem, 0.0), weight)
    return found


def terms_of(answer: Answer) -> list[AnswerTerm]:
    """The rows of an answer, not saved yet."""
    return [
        AnswerTerm(answer=answer, stem=stem, weight=weight)
        for stem, weight in sorted(weights(answer).items())
    ]


def index(answer: Answer) -> None:
    """Write the answer's rows anew, inside the caller's transaction."""
    answer.terms.all().delete()
    AnswerTerm.objects.bulk_create(terms_of(answer), batch_size=500)
