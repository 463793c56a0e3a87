"""Which answers failed: those that readers say did not help, and those people came back after.

A room above (contacts) knows who was given which answer and who came back. It registers what counts
that, so that this room need not know it:

    from heard.answers.reads import failures
    failures.register("contacts", given_and_back)

where ``given_and_back(answer_ids)`` returns ``{answer_id: CameBack(given=40, back=9)}`` in one
query, for the ids it knows something of.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from heard.answers.models import Answer
from heard.answers.reads.helpfulness import Helpfulness, helpfulness


@dataclass(frozen=True, slots=True)
class CameBack:
    """How often an answer was given, and how many of those people came back with the same."""

    given: int
    back: int


Provider = Callable[[Collection[int]], Mapping[int, CameBack]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Add a source of contacts that came back; a room does this when it starts."""
    _providers[name] = provider


def unregister(name: str) -> None:
    """Take a source away again (tests)."""
    _providers.pop(name, None)


def is_known() -> bool:
    """Whether anybody counts the contacts that came back."""
    return bool(_providers)


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer with what speaks against it. ``worst`` is the lower end of the worse share."""

    answer: Answer
    votes: Helpfulness
    contacts: Helpfulness  # "yes" is: did not come back
    worst: float

    @property
    def not_helped(self) -> float | None:
        """Share of votes that it did not help."""
        return None if self.votes.share is None else 1 - self.votes.share

    @property
    def came_back(self) -> float | None:
        """Share of contacts that came back."""
        return None if self.contacts.share is None else 1 - self.contacts.share


def failed(division: int | None = None) -> list[Failure]:
    """Published answers with enough votes or contacts to judge, the surest failures first.

    Ordered by the lower end of the interval of the worse share, so that 9 of 12 do not stand above
    300 of 420. Two queries, and one for each source.
    """
    found = Answer.objects.filter(state=Answer.State.PUBLISHED).select_related("division", "owner")
    if division is not None:
        found = found.filter(division=division)
    counted = found.annotate(
        votes_all=Count("votes"), votes_yes=Count("votes", filter=Q(votes__helped=True))
    )
    answers = list(counted)
    contacts = _contacts([answer.pk for answer in answers])
    failures = []
    for answer in answers:
        votes = helpfulness(answer.votes_yes, answer.votes_all)
        seen = contacts.get(answer.pk, CameBack(0, 0))
        kept = helpfulness(seen.given - seen.back, seen.given)
        lowest = [1 - part.high for part in (votes, kept) if part.high is not None]
        if lowest and (votes.no or seen.back):
            failures.append(Failure(answer, votes, kept, max(lowest)))
    return sorted(failures, key=lambda f: (-f.worst, f.answer.slug))


def _contacts(answer_ids: list[int]) -> dict[int, CameBack]:
    """What all sources say together."""
    total: dict[int, CameBack] = {}
    for provider in _providers.values():
        for key, seen in provider(answer_ids).items():
            before = total.get(key, CameBack(0, 0))
            total[key] = CameBack(before.given + seen.given, before.back + seen.back)
    return total
