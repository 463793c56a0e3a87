"""What residents do through this door, put together from the verbs of the rooms below."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.writes import about_of_earlier, write
from heard.doors.web.forms import ReportForm, channel_of
from heard.people.services import know_customer
from heard.post.services import dispatch

SAME_LINK_MINUTES = 10  # asking again sooner sends no second mail


def actor_of(case: Case) -> Actor:
    """The customer behind a secret link, as the audit names them."""
    return case.customer.as_actor() if case.customer else Actor("customer", name="anonymous")


@write
def report(service: Service, form: ReportForm, *, language: str, key: str) -> Case:
    """Open the case a checked form asks for, with its customer where one is named."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    given = form.cleaned_data
    written_in = given.get("language") or language
    nobody = Actor("customer", name="anonymous")
    customer = know_customer(
        name=given["name"],
        email=given["email"],
        phone=given["phone"],
        language=written_in,
        preferred_channel=channel_of(given["preferred_channel"]),
        actor=nobody,
    )
    request = Request(
        service=service,
        words=given["words"],
        language=written_in,
        customer=customer,
        answers=form.answers,
        place=given.get("place", ""),
    )
    return receive(request, actor=customer.as_actor() if customer else nobody, key=key)


@task()
def send_lost_link(reference: str, email: str) -> None:
    """Mail the link of a case to its customer, where the two fit.

    Done by the worker, so that the page answers alike, and alike quickly, whether they do.
    """
    case = (
        Case.objects.select_related("customer", "service", "contact")
        .filter(reference=reference, customer__email=email.strip().lower())
        .first()
    )
    if case is None:
        return
    with translation.override(case.language):
        context = {
            "case": case,
            "service": case.service,
            "contact": case.contact,
            "link": f"{settings.HEARD_URL}{case.tracking_path()}",
            "home": f"{settings.HEARD_URL}{reverse('web:home')}",
        }
    turn = int(clock.now().timestamp()) // (SAME_LINK_MINUTES * 60)
    dispatch(
        key=f"link-{case.pk}-{turn}",
        template="case_link",
        to=case.customer,
        about=f"case:{case.pk}",
        language=case.language,
        context=context,
    )
