"""A customer wants no more surveys: kept on the customer, and open invitations are taken back."""

from heard.core import clock
from heard.core.actors import Actor
from heard.core.writes import record, write
from heard.voice.models import Invitation


@write
def stop_asking(invitation: Invitation, *, actor: Actor) -> None:
    """Ask this customer nothing more, and take back what is still open."""
    open_ones = Invitation.objects.filter(response=None, withdrawn_at=None)
    if invitation.customer is not None:
        customer = invitation.customer
        customer.asked_not_to_be_surveyed = True
        customer.save(update_fields=["asked_not_to_be_surveyed"])
        open_ones = open_ones.filter(customer=customer)
    else:
        open_ones = open_ones.filter(pk=invitation.pk)
    open_ones.update(withdrawn_at=clock.now())
    record("survey.stopped", about=invitation, actor=actor)
