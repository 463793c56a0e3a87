"""Which attachments a secret link opens: those of its case."""

from django.http import HttpRequest

from heard.attachments import access
from heard.cases.models import Case
from heard.core.references import link_is_right
from heard.doors.web.drafts import draft_reader


def case_reader(_request: HttpRequest, identity: str, secret: str) -> bool:
    """Whoever holds the link of the case sees what came with it."""
    if not identity.isdecimal():
        return False
    version = Case.objects.filter(pk=int(identity)).values_list("link_version", flat=True).first()
    # Compared even without a case, so that it takes as long.
    return link_is_right(secret, "case", int(identity), version or 0) and version is not None


def register() -> None:
    """Tell the attachments who may see those of a case."""
    access.reader("case", case_reader)
    access.reader("draft", draft_reader)
