"""What is kept of a mail's bytes: its head and words; its files go their own way, cleaned."""

from email import policy
from email.message import Message
from email.parser import BytesParser

MOST_HEAD = 32_000
MOST_SOURCE = 250_000


def source_of(raw: bytes) -> bytes:
    """The mail without its files, at most 250 kB.

    Files are left out, since a photo tells where it was taken; the room of attachments keeps them
    without that.
    """
    if len(raw) > 60_000_000:
        return raw[:MOST_HEAD]
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        _empty_files(message)
        return message.as_bytes()[:MOST_SOURCE]
    except Exception:
        return raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0][:MOST_HEAD]


def _empty_files(message: Message) -> None:
    for part in message.walk():
        if part.is_multipart() or part.get_content_maintype() == "text":
            continue
        part.set_payload("")
        del part["Content-Transfer-Encoding"]
        part["X-Heard-Left-Out"] = "the content of this file"
