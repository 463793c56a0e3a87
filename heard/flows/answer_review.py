"""When answers are due for a review: whoever keeps them gets one letter."""

from heard.answers.letters import remind_keeper
from heard.core.models import Event
from heard.people.models import Staff


def remind(event: Event) -> None:
    """Write to the keeper about the answers that are still waiting."""
    person = Staff.objects.get(pk=event.about_id)
    remind_keeper(person, event.data["answers"], key=f"event-{event.pk}-answer_review")


STEPS = [remind]
