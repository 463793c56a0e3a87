"""When colleagues are named in a note, or work on many cases is handed out."""

from heard.cases.models import Message
from heard.core.actors import Actor
from heard.core.models import Event
from heard.doors.desk import bulk, mentions
from heard.doors.desk.models import BulkRun, Mention


def find_mentions(event: Event) -> None:
    """Keep who is named in the note, for their queue."""
    message = Message.objects.filter(pk=event.about_id).first()
    if message is not None:
        by = message.staff
        mentions.mention(message, actor=by.as_actor() if by else Actor("system"))


def tell_colleague(event: Event) -> None:
    """Write to the colleague who was named."""
    row = Mention.objects.select_related("person", "by", "case__service", "message")
    found = row.filter(pk=event.about_id).first()
    if found is not None:
        mentions.write_letter(found, key=f"mention-{found.pk}")


def work_off_chunk(event: Event) -> None:
    """Do some of the cases of a run."""
    run = BulkRun.objects.select_related("by").get(pk=event.about_id)
    bulk.work_off(run, event.data["items"])


WIRING = {
    "case.noted": [find_mentions],
    "case.mentioned": [tell_colleague],
    "bulk.chunk": [work_off_chunk],
}
