"""What sort of mail it is, as far as its headers say: a person's, or a machine's (RFC 3834)."""

from enum import StrEnum

from heard.doors.mail.parsing import Mail


class Sort(StrEnum):
    """Who or what wrote it."""

    PERSON = "person"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"  # vacation, receipts, "we got your mail"
    LIST = "list"
    CALENDAR = "calendar"
    ENCRYPTED = "encrypted"
    OWN = "own"  # something of ours that came round


ROBOTS = ("mailer-daemon@", "postmaster@")
SUBJECTS = (
    "out of office", "automatic reply", "autoreply", "auto reply", "auto-reply", "auto:",
    "respuesta automática", "respuesta automatica", "fuera de la oficina", "ausente:",
    "undeliverable", "delivery status notification", "mail delivery failed", "returned mail",
    "no se puede entregar",
)  # fmt: skip


def sort_of(mail: Mail, our_host: str) -> Sort:
    """The sort; a bounce before all others, since it says which address fails."""
    if _is_bounce(mail):
        return Sort.BOUNCE
    if _is_ours(mail, our_host):
        return Sort.OWN
    if _is_list(mail):
        return Sort.LIST
    if "text/calendar" in mail.kinds:
        return Sort.CALENDAR
    if _is_automatic(mail):
        return Sort.AUTOMATIC
    encrypted = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
    if encrypted & {*mail.kinds, mail.headers.get("Content-Type", "").partition(";")[0].lower()}:
        return Sort.ENCRYPTED
    return Sort.PERSON


def _is_bounce(mail: Mail) -> bool:
    content = mail.headers.get("Content-Type", "").lower()
    if mail.report or ("multipart/report" in content and "delivery-status" in content):
        return True
    return mail.sender.startswith(ROBOTS) or "X-Failed-Recipients" in mail.headers


def _is_ours(mail: Mail, our_host: str) -> bool:
    """What carries our own Message-ID, or says it is from us, is not from a customer."""
    return "X-Heard" in mail.headers or (
        bool(mail.message_id) and mail.message_id.lower().endswith(f"@{our_host.lower()}>")
    )


def _is_list(mail: Mail) -> bool:
    said = mail.headers.get("Precedence", "").lower()
    lists = any(name in mail.headers for name in ("List-Id", "List-Post", "List-Unsubscribe"))
    return lists or said in {"list", "bulk", "junk"}


def _is_automatic(mail: Mail) -> bool:
    said = mail.headers.get("Auto-Submitted", "no").partition(";")[0].strip().lower()
    if said != "no" or mail.headers.get("Precedence", "").lower() == "auto_reply":
        return True
    if any(name in mail.headers for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return True
    if mail.headers.get("Return-Path") in {"<>", ""}:
        return True
    if mail.headers.get("X-Auto-Response-Suppress", "").lower() == "all":
        return True
    return mail.subject.lower().startswith(SUBJECTS)


def is_trusted_failure(mail: Mail, host: str) -> bool:
    """Whether our own mail host found that the sender is not who it says it is.

    Only a line that begins with the name of that host counts: anybody may write such a header.
    """
    if not host:
        return False
    for line in mail.headers.get("Authentication-Results", "").split("\n"):
        who, _mark, told = line.partition(";")
        names = who.strip().lower().split()
        if names and names[0] == host.lower():
            results = told.lower().replace(" ", "")
            if "dmarc=fail" in results:
                return True
            return "dmarc=" not in results and "spf=fail" in results and "dkim=pass" not in results
    return False
