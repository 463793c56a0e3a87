"""What the pages of this room share: the case behind an address, and what a refusal becomes."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heard.cases.models import Case
from heard.cases.reads import case_at_desk
from heard.core.errors import NotAllowed, Refused
from heard.ui.forms import Form


def found_case(reference: str) -> Case:
    """The case, or 404."""
    case = case_at_desk(reference)
    if case is None:
        raise Http404
    return case


def done(form: Form, verb: Callable[[], object]) -> bool:
    """Do it; a refusal becomes a fault of the form, beside its field where it has one."""
    try:
        verb()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
