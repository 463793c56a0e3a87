"""Email by SMTP."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from heard.post.models import Dispatch

LONGEST_THREAD = 5  # earlier messages named in References


def is_open() -> bool:
    """Whether a mail server is set."""
    return bool(settings.EMAIL_URL)


def send(row: Dispatch) -> str:
    """Hand the mail to the server; smtplib's errors are OSErrors."""
    headers = {
        "Message-ID": row.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": row.language,
    }
    if earlier := _earlier(row):
        headers["References"] = " ".join(earlier)
    mail = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=settings.HEARD_EMAIL_FROM,
        to=[row.address],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers=headers,
    )
    if row.html:
        mail.attach_alternative(row.html, "text/html")
    mail.send()
    return ""


def _earlier(row: Dispatch) -> list[str]:
    """What we wrote to this address about the same case, so that mail programs show one thread."""
    if not row.reply_to:
        return []
    sent = Dispatch.objects.filter(about=row.about, address=row.address, pk__lt=row.pk)
    found = sent.exclude(message_id="").order_by("-pk").values_list("message_id", flat=True)
    return list(found[:LONGEST_THREAD])[::-1]
