"""When an address fails, or two customers may be one: whoever is in charge hears of it."""

from django.conf import settings

from heard.cases.models import Case
from heard.core.models import Event
from heard.flows.promise_mail import write_to_staff
from heard.people import identity
from heard.people.models import Sameness
from heard.post.models import AddressState
from heard.post.services import dispatch


def tell_contact_address_fails(event: Event) -> None:
    """The named contact of the case learns that its customer cannot be reached this way."""
    kind, _colon, number = str(event.data.get("about", "")).partition(":")
    if kind != "case":
        return
    case = Case.objects.select_related("contact", "assignee", "service").filter(pk=number).first()
    person = (case.contact or case.assignee) if case is not None else None
    if case is None or person is None:
        return
    state = AddressState.objects.get(pk=event.about_id)
    link = f"{settings.HEARD_URL}{case.get_absolute_url()}"
    write_to_staff(
        f"event-{event.pk}-address", "staff_address_failing", person,
        case=case, state=state, link=link,
    )  # fmt: skip


def send_identity_code(event: Event) -> None:
    """Send the code to the address a colleague chose; not if another was asked for since."""
    row = Sameness.objects.select_related("keeps", "other").get(pk=event.about_id)
    if not row.is_open or row.code_version != event.data.get("version"):
        return
    to = row.keeps if row.code_to == "keeps" else row.other
    dispatch(
        key=f"event-{event.pk}-code", template="identity_code", to=to,
        about=f"customer:{to.pk}", context={"code": identity.code_of(row), "contact": None},
        channel="email" if to.email else "sms",
    )  # fmt: skip


WIRING = {
    "address.failing": [tell_contact_address_fails],
    "identity.code_asked": [send_identity_code],
}
