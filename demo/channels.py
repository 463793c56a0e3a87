"""Mail, texts and posts in the demo city: what came in lately and waits for a person."""

from datetime import datetime, timedelta

from heard.cases.models import Case
from heard.doors.mail.models import InMail
from heard.doors.sms.models import InText
from heard.mentions.models import Mention
from heard.people.models import Customer, Sameness

MAILS = (
    ("Theo Lang", "theo.lang@quail.example", "stranger",
     "I live next door and it is on my side too. Could you tell me when the crew comes?\n\n"
     "Sent from my iPhone\n\nOn Tue, at 10:02 AM, Sagebrook wrote:\n> We have your request."),
    ("Marta Solís", "marta.solis@cerro.example", "no_service",
     "Buenos días: ¿a qué hora abre la oficina de permisos el viernes? Trabajo hasta las 4.\n"
     "-- \nMarta Solís\nPanadería Solís"),
    ("", "j.w.office@mailroom.example", "encrypted", ""),
)  # fmt: skip
TEXTS = (
    ("+13035550161", "Is it ok to put out the branches on Tuesday?"),
    ("+13035550172", "¿Ya arreglaron la fuga?"),
)
POSTS = (
    ("Mastodon", "Priya N.", "@priya@town.example", "praise",
     "@sagebrook the crew on Alder Way swept up after themselves and waved at the kids. Thanks!"),
    ("Mastodon", "Old Mill Cafe", "@oldmill@town.example", "",
     "@sagebrook is the street fair still on if it rains Saturday?"),
    ("Mastodon", "Curt", "@curt@ridge.example", "complaint",
     "@sagebrook third week in a row the blue bins on Juniper were skipped. Third. Week."),
    ("Neighborhood forum", "Dolores M.", "", "",
     "¿Alguien sabe por qué está cerrada la biblioteca los jueves por la tarde?"),
    ("Neighborhood forum", "", "", "", ""),
)  # fmt: skip


def load_channels(until: datetime) -> None:
    """Write what came in by other channels in the last days; the same each time."""
    if InMail.objects.exists() or Mention.objects.exists():  # beside a real city that has its own
        return
    _mails(until)
    _texts(until)
    _posts(until)
    _same_people(until)


def _mails(until: datetime) -> None:
    named = Case.objects.filter(source="demo", customer__isnull=False).order_by(
        "-received_at", "-id"
    )
    case = named.select_related("service").first()
    rows = []
    for number, (name, sender, why, text) in enumerate(MAILS):
        about = case if why == "stranger" else None
        subject = "A question" if about is None else f"Re: your request ({about.reference})"
        rows.append(InMail(
            twin=f"demo-{number}", message_id=f"<demo-{number}@mail.example>", sender=sender,
            sender_name=name, recipients=["case@sagebrook.example"], subject=subject, text=text,
            size=len(text) + 900, at=until - timedelta(hours=3 + 9 * number), outcome="waits",
            why=why, case=about,
        ))  # fmt: skip
    InMail.objects.bulk_create(rows)


def _texts(until: datetime) -> None:
    InText.objects.bulk_create(
        InText(sid=f"demo-{n}", sender=sender, text=text, outcome="waits",
               at=until - timedelta(hours=2 + 5 * n))
        for n, (sender, text) in enumerate(TEXTS)
    )  # fmt: skip


def _posts(until: datetime) -> None:
    rows = []
    for number, (network, author, handle, tone, text) in enumerate(POSTS):
        at = until - timedelta(hours=4 + 13 * number)
        state = "aside" if tone == "praise" else "new"
        rows.append(Mention(
            source="demo", external_id=str(number), network=network, author=author, handle=handle,
            text=text, tone=tone, at=at, received_at=at, checked_at=at, language=_language(text),
            state=state if text else "deleted", deleted_at=None if text else at,
        ))  # fmt: skip
    Mention.objects.bulk_create(rows)


def _language(text: str) -> str:
    return "es" if text.startswith("¿") else "en"


def _same_people(until: datetime) -> None:
    """Two with one family name: a colleague thinks that they are the same person."""
    seen: dict[str, Customer] = {}
    for customer in Customer.objects.exclude(name="").order_by("pk")[:2000]:
        family = customer.name.split()[-1]
        if family in seen:
            Sameness.objects.create(
                keeps=seen[family], other=customer, at=until - timedelta(days=2),
                evidence=[{"kind": "colleague"}],
            )  # fmt: skip
            return
        seen[family] = customer
