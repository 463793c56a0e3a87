"""What residents do through this door, put together from the verbs of the rooms below."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import Actor
from heard.post.services import dispatch

SAME_LINK_MINUTES = 10  # asking again sooner sends no second mail


def actor_of(case: Case) -> Actor:
    """The customer behind a secret link, as the audit names them."""
    return case.customer.as_actor() if case.customer else Actor("customer", name="anonymous")


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
