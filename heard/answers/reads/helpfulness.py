"""Whether an answer helped those who read it: a share with its n and interval, or nothing."""

from dataclasses import dataclass

from heard.answers.models import AnswerVote
from heard_stats import SMALL_NUMBER, wilson


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """Votes on an answer. ``share`` (0 to 1) and its 95% interval are None for fewer than 10."""

    yes: int
    n: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def is_kept_back(self) -> bool:
        """Whether there are too few votes to say."""
        return self.share is None

    @property
    def no(self) -> int:
        """How many it did not help."""
        return self.n - self.yes


def helpfulness(yes: int, n: int) -> Helpfulness:
    """The share of ``yes`` among ``n``, with Wilson's interval."""
    if n < SMALL_NUMBER:
        return Helpfulness(yes, n, None, None, None)
    found = wilson(yes, n)
    return Helpfulness(yes, n, yes / n, found.low, found.high)


def helpfulness_of(answer_id: int) -> Helpfulness:
    """The votes of one answer, in one query."""
    votes = list(
        AnswerVote.objects.filter(answer=answer_id).order_by().values_list("helped", flat=True)
    )
    return helpfulness(sum(votes), len(votes))
