"""Hearing how another person's case goes, and words for everybody who does."""

from datetime import timedelta

from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.cases.services import full_text, locked, reply, save
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.joining.models import Follower, Update
from heard.people.models import Customer
from heard.people.roles import require
from heard.people.services import know_customer

MOST_FOLLOWERS = 2000  # of one case
MOST_FOLLOWED = 30  # open cases one person follows
TIME_TO_CONFIRM = timedelta(days=7)


@write
def follow(
    case: Case,
    *,
    actor: Actor,
    email: str = "",
    phone: str = "",
    name: str = "",
    language: str = "en",
    key: str | None = None,
) -> Follower:
    """Let somebody hear how a case goes. Signing up twice is once.

    Taken down by staff it holds at once; from a public page the person first says yes from their
    own mailbox, so nobody signs up a stranger. What we know of a person already is not changed.
    """
    if (earlier := about_of_earlier(Follower, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    if by_staff := actor.kind == "staff":
        require(actor, "work cases")
    case = locked(case)
    if case.merged_into_id is not None:
        case = locked(Case.objects.get(pk=case.merged_into_id))
    _may_be_followed(case)
    customer = _person(name, email, phone, language, actor)
    if customer.pk == case.customer_id:
        raise Refused(_("This is their own case: they are told already."), field="email")
    now = clock.now()
    row = Follower.objects.filter(case=case, customer=customer).first()
    if row is not None and row.confirmed_at and row.ended_at is None:
        return row
    row = row or Follower(case=case, customer=customer, at=now)
    row.language, row.ended_at = language, None
    row.staff_id = actor.id if by_staff else None
    row.confirmed_at = now if by_staff else None
    row.save()
    record(
        "case.followed", about=row, actor=actor, key=key,
        data={"case": case.pk, "confirmed": by_staff},
    )  # fmt: skip
    return row


def _may_be_followed(case: Case) -> None:
    if not case.is_open:
        raise Refused(_("This problem is finished already. Please report what you see now."))
    if case.parent_id is not None:
        raise Refused(_("This is a part of another case. Follow the whole case."))
    if not case.service.is_public:
        raise Refused(_("Cases of this service are private and cannot be followed."))
    if Follower.objects.filter(case=case, ended_at=None).count() >= MOST_FOLLOWERS:
        raise Refused(_("This case has as many followers as it can take."))


def _person(name: str, email: str, phone: str, language: str, actor: Actor) -> Customer:
    """The person with this address, as known, or a new one."""
    email, phone = email.strip().lower(), phone.strip()
    if not email and not phone:
        raise Refused(_("Give an email or a phone number, so we can tell you."), field="email")
    known = Customer.objects.filter(email=email) if email else None
    known = known or Customer.objects.filter(phone=phone, email="")
    found = known.order_by("id").first()
    if found is None:
        found = know_customer(name=name, email=email, phone=phone, language=language, actor=actor)
        assert found is not None
    live = Follower.objects.filter(customer=found, ended_at=None, case__closed_at=None)
    if live.count() >= MOST_FOLLOWED:
        raise Refused(
            _("This person follows {n} open cases already, the most we take.").format(
                n=MOST_FOLLOWED
            ),
            field="email",
        )
    return found


@write
def confirm(row: Follower, *, actor: Actor) -> Follower:
    """The person says from their own mailbox: yes, tell me."""
    row = _fresh(row)
    if row.confirmed_at is not None and row.ended_at is None:
        return row
    if row.confirmed_at is None and row.ended_at is None:
        if clock.now() > row.at + TIME_TO_CONFIRM:
            raise Refused(_("This link has ended. Please ask again on the page of the problem."))
        row.confirmed_at = clock.now()
    row.ended_at = None  # who stopped and changed their mind is back
    row.save(update_fields=["confirmed_at", "ended_at"])
    record("follower.confirmed", about=row, actor=actor, data={"case": row.case_id})
    return row


@write
def stop_following(row: Follower, *, actor: Actor) -> Follower:
    """No more letters about this case."""
    row = _fresh(row)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        record("follower.stopped", about=row, actor=actor, data={"case": row.case_id})
    return row


@write
def stop_reporting(case: Case, *, actor: Actor) -> None:
    """The reporter of a joined case wants no more letters about it. Kept as an ended following."""
    case = locked(case)
    if case.customer is None or case.merged_into_id is None:
        return
    now = clock.now()
    row, made = Follower.objects.get_or_create(
        case=case,
        customer=case.customer,
        defaults={"language": case.language, "at": now, "ended_at": now},
    )
    if not made and row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    record("follower.stopped", about=row, actor=actor, data={"case": case.pk})


def _fresh(row: Follower) -> Follower:
    return Follower.objects.select_for_update(of=("self",)).get(pk=row.pk)


@write
def tell_everybody(
    case: Case, *, english: str, spanish: str, actor: Actor, key: str | None = None
) -> Update:
    """Write to the customer, to every reporter and every follower, each in their language.

    To the case's own customer it goes as an ordinary reply. It must hold nothing private.
    """
    if (earlier := about_of_earlier(Update, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    words = {
        "en": full_text(english, field="english"),
        "es": full_text(spanish, field="spanish"),
    }
    words = {code: text for code, text in words.items() if text}
    if not words:
        raise Refused(_("Write something first."), field="english")
    case = locked(case)
    if case.merged_into_id is not None:
        raise Refused(_("This case lives on in another one. Write there."))
    row = Update.objects.create(case=case, words=words, staff_id=actor.id, at=clock.now())
    if case.customer_id is not None:
        own = words.get(case.language) or next(iter(words.values()))
        reply(case, own, actor=actor, key=f"{key}-own" if key else None)
    else:
        save(case)
    record("case.update_published", about=row, actor=actor, data={"case": case.pk}, key=key)
    return row
