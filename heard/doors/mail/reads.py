"""Reading mails: the list, those of a case."""

from django.db.models import Q, QuerySet

from heard.doors.mail.folding import Piece, fold
from heard.doors.mail.models import InMail, Mailbox, Outcome

LONGEST_LIST = 1000
OF_A_CASE = 30


def listed(show: str, words: str) -> QuerySet[InMail]:
    """Mails that fit, latest first, without their words; bounded."""
    rows = InMail.objects.defer("text", "source").select_related("case", "customer")
    if show != "all":
        rows = rows.filter(outcome=show or Outcome.WAITS)
    if words:
        rows = rows.filter(Q(sender__icontains=words) | Q(subject__icontains=words))
    return rows[:LONGEST_LIST]


def waiting() -> int:
    """How many wait for a person."""
    return InMail.objects.filter(outcome=Outcome.WAITS).count()


def of_case(case_id: int) -> list[InMail]:
    """The mails of a case, latest first; one query."""
    return list(InMail.objects.filter(case=case_id).defer("source")[:OF_A_CASE])


def pieces_of(row: InMail) -> list[Piece]:
    """Its words as they stood, told apart; empty pieces are left out."""
    return [piece for piece in fold(row.text) if piece.text.strip()]


def mailboxes() -> list[Mailbox]:
    """The mailboxes that were looked into."""
    return list(Mailbox.objects.order_by("name")[:10])
