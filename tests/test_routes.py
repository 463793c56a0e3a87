"""Every route answers and asks the right role; every template is sound."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.template import Template, TemplateDoesNotExist
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

from heard.people.models import Role
from heard.people.roles import may
from tests.boards_things import boards_things
from tests.machine_things import machine_things
from tests.routes import STAFF_ONLY, Route, routes
from tests.targets_things import targets_things
from tests.templates import own_templates
from tests.test_sizes import ROOT
from tests.voice_things import voice_things

FINE = {200, 301, 302, 405}


def bulk_run(by: Any, case: Any) -> Any:
    from heard.core import clock
    from heard.doors.desk.models import BulkRun

    return BulkRun.objects.create(
        by=by, action="note", given={"words": "x"}, state="done", created_at=clock.now()
    )


@pytest.fixture
def values(case: Any, staff: Callable[..., Any], run_steps: Callable[[], None]) -> dict[str, Any]:
    """Something for every argument: a case, an invitation, an event, a dispatch…"""
    from heard.cases.closing import close
    from heard.core.models import Event, Step
    from heard.core.references import link_secret
    from heard.places.models import Office
    from heard.post.models import Dispatch
    from heard.voice.models import Invitation

    close(case, outcome="done", words="Filled.", actor=staff("agent").as_actor())
    run_steps()
    invitation = Invitation.objects.get()
    return {
        "reference": case.reference,
        "secret": link_secret("case", case.pk, case.link_version),
        "web:act.action": "withdraw",
        "desk:act.action": "reply",
        "web:survey.reference": invitation.reference,
        "web:survey.secret": link_secret("invitation", invitation.pk),
        "web:thanks.reference": invitation.reference,
        "web:thanks.secret": link_secret("invitation", invitation.pk),
        "web:service.code": "pothole",
        "code": "streets",
        "places.code": Office.objects.create(
            code="hall", name={"en": "City Hall"}, address="1 Main", hours="24/7"
        ).code,
        "event": Event.objects.order_by("id").first().pk,  # type: ignore[union-attr]
        "dispatch": Dispatch.objects.order_by("id").first().pk,  # type: ignore[union-attr]
        "step": Step.objects.order_by("id").first().pk,  # type: ignore[union-attr]
        "desk:bulk-run.pk": bulk_run(staff("administrator"), case).pk,
        "desk:beside.place": "case-side",
        "desk:beside.number": 0,
        "desk:today-beside.number": 0,
        "desk:view-change.what": "up",
        "pk": Event.objects.order_by("id").first().pk,  # type: ignore[union-attr]
        **_an_answer(case),
        "forecast:show.kind": "service",
        "forecast:show.code": "pothole",
        **routed_things(case, staff),
        **promised_things(case),
        **kept_hours(),
        **joined_things(case),
        **contacts_things(case),
        **channel_things(case),
        **form_things(case),
        **machine_things(case),
        **voice_things(case, staff),
        **targets_things(),
        **boards_things(),
        "public:measure.key": "on_time",
        "public:download.key": "on_time",
        "public:download.form": "csv",
        "public:working.key": "on_time",
        "public:working_sql.key": "on_time",
        "public:embed.key": "on_time",
        "public:embed_chart.key": "on_time",
        "public:chart.name": "none",
        "public:facts.fact": "cases",
        "public:facts.month": "2026-01",
        "public:facts.form": "parquet",
    }


def _an_answer(case: Any) -> dict[str, Any]:
    from heard.answers.models import ReplyTemplate
    from heard.answers.services import Content, publish, write_answer
    from heard.core import clock
    from heard.core.actors import SYSTEM

    words = {"en": "When is it mended?"}
    content = Content(words, case.division, short=words)
    answer = publish(write_answer(content, actor=SYSTEM), actor=SYSTEM)
    template = ReplyTemplate.objects.create(name="Done", words=words, changed_at=clock.now())
    return {
        "answers.slug": answer.slug,
        "answers_desk.answer_id": answer.pk,
        "answers_desk.template_id": template.pk,
    }


def form_things(case: Any) -> dict[str, Any]:
    """Something for every argument of forms, their drafts and attachments."""
    from heard.attachments.models import Attachment
    from heard.catalogue.models import Question, QuestionGroup
    from heard.core import clock
    from heard.core.references import link_secret
    from heard.doors.web.models import Draft

    now = clock.now()
    group = QuestionGroup.objects.create(service=case.service, title={"en": "More"})
    asked = {"service": case.service, "code": "more", "label": {"en": "More?"}}
    question = Question.objects.create(**asked, group=group)
    held = Draft.objects.create(service=case.service, state="held", created_at=now, changed_at=now)
    file = Attachment.objects.create(
        about=f"case:{case.pk}", name="a.jpg", kind="photo", media_type="image/jpeg", size=3, at=now
    )
    file.full.save("a.jpg", ContentFile(b"abc"))
    return {
        "web:step.code": "pothole", "web:step.slug": "need", "web:check.code": "pothole",
        "web:start_over.code": "pothole", "held:decide.pk": held.pk,
        "forms.code": "pothole", "forms:question.pk": question.pk, "forms:page.pk": group.pk,
        "forms:act.pk": question.pk, "forms:act.what": "question", "forms:act.action": "up",
        "files.reference": file.reference, "files.copy": "full",
        "files.secret": link_secret("case", case.pk, case.link_version),
        "files_desk.reference": file.reference, "files_desk.copy": "full",
    }  # fmt: skip


def promised_things(case: Any) -> dict[str, Any]:
    """Something for every argument of the promises."""
    from heard.cases.models import DateNote, Recalculation
    from heard.core import clock

    now = clock.now()
    row = Recalculation.objects.create(why="by_hand", state="asking", created_at=now)
    note = DateNote.objects.create(
        case=case, why="closure", language="en", words="Closed.", drafted_at=now
    )
    return {
        "promises:service.code": "pothole", "promises:withdraw.code": "pothole",
        "promises:recalculation.pk": row.pk, "promises:act.pk": row.pk,
        "promises:act.action": "stop", "promises:note.pk": note.pk,
    }  # fmt: skip


def channel_things(case: Any) -> dict[str, Any]:
    """A mail, a text, a mention, a bridge and two who may be one."""
    from heard.core import clock
    from heard.doors.mail.models import InMail
    from heard.doors.sms.models import InText
    from heard.doors.social.models import Source
    from heard.mentions.models import Mention
    from heard.people.models import Customer, Sameness

    now = clock.now()
    mail = InMail.objects.create(twin="t", size=1, at=now, outcome="waits", why="stranger")
    text = InText.objects.create(sid="SM1", sender="+13035550142", at=now, outcome="waits")
    mention = Mention.objects.create(
        source="feed:1", external_id="1", network="Forum", text="Hi", at=now, received_at=now
    )
    other = Customer.objects.create(name="Ana R", created_at=now)
    same = Sameness.objects.create(keeps=case.customer, other=other, at=now)
    return {
        "mail.pk": mail.pk, "mail.action": "accept", "sms.pk": text.pk, "sms.action": "accept",
        "social.pk": mention.pk, "social.action": "judge", "people.pk": same.pk,
        "people.action": "send", "people:propose.pk": case.customer_id,
        "social_hook.pk": Source.objects.create(kind="bridge", name="B").pk,
    }  # fmt: skip


def contacts_things(case: Any) -> dict[str, Any]:
    """Something for every argument of the room of contacts, and of the page of a call."""
    from heard.contacts.calls import Wish, ask_for_call
    from heard.core.actors import SYSTEM
    from heard.core.references import link_secret

    call = ask_for_call(Wish(phone="303-555-0142"), actor=SYSTEM)
    return {
        "contacts:person.pk": case.customer_id,
        "contacts:call.reference": call.reference,
        "web:call.reference": call.reference,
        "web:call.secret": link_secret("callback", call.pk),
    }


def kept_hours() -> dict[str, Any]:
    """An office, a closure and a special day, for the pages of hours at the desk."""
    from datetime import date, timedelta

    from heard.core import clock
    from heard.places.models import Closure, Office, SpecialDay

    now, words = clock.now(), {"en": "Repairs", "es": "Reparaciones"}
    office = Office.objects.create(code="annex", name={"en": "Annex"}, address="2 Main")
    closure = Closure.objects.create(
        starts_at=now, ends_at=now + timedelta(1), reason=words, announced_at=now
    )
    day = SpecialDay.objects.create(
        office=office, day=date(2030, 1, 2), reason=words, announced_at=now
    )
    return {
        "hours:office-show.code": "annex", "hours:office-change.code": "annex",
        "hours:withdraw.pk": closure.pk, "hours:drop.pk": day.pk,
    }  # fmt: skip


def joined_things(case: Any) -> dict[str, Any]:
    """Something for every argument of the room of merges, followers and outside handlers."""
    from heard.core import clock
    from heard.core.references import link_secret
    from heard.joining.models import Errand, Follower, Merge, Organisation
    from heard.people.models import Customer

    now = clock.now()
    person = Customer.objects.create(email="guy@home.example", created_at=now)
    follower = Follower.objects.create(case=case, customer=person, at=now, confirmed_at=now)
    errand = Errand.objects.create(
        case=case, organisation=Organisation.objects.create(name="Power", email="o@power.example"),
        words="Move the pole.", made_at=now, expires_at=now,
    )  # fmt: skip
    merge = Merge.objects.create(
        case=case, into=case, at=now, undone_at=now, after={"state": case.state}
    )
    return {
        "joining:merge.other": case.reference,
        "joining:undo.pk": merge.pk,
        "joining:stop.pk": follower.pk,
        "joining:act.pk": errand.pk,
        "joining:act.action": "read",
        "nearby:following.pk": follower.pk,
        "nearby:following.secret": link_secret("follower", follower.pk),
        "outside:errand.reference": errand.reference,
        "outside:errand.secret": link_secret("errand", errand.pk),
    }


def routed_things(case: Any, staff: Callable[..., Any]) -> dict[str, Any]:
    """Something for every argument of the rooms of routing and remedies."""
    from datetime import date, time, timedelta

    from heard.core import clock
    from heard.core.actors import SYSTEM
    from heard.remedies.models import Authority, Kind
    from heard.remedies.services import ask_for_remedy
    from heard.routing import handing_over, rostering, services, trial
    from heard.routing.views.roster import feed_path

    actor, now = staff("agent").as_actor(), clock.now()
    shift = rostering.add_shift(
        division=case.division, staff=staff("agent"), duty="shift", weekdays=[0], starts=time(8),
        ends=time(16), first=date(2026, 1, 1), actor=SYSTEM,
    )  # fmt: skip
    said = services.Said("To streets", division=case.division)
    version = services.write_rule(said, actor=SYSTEM)
    team = services.save_team(
        None, name={"en": "Crew"}, division=case.division, members=[], actor=SYSTEM
    )
    tried = trial.ask([version], since=now - timedelta(1), until=now, actor=SYSTEM)
    note = handing_over.hand_over(
        case.division, since=now - timedelta(hours=8), words="All quiet.", actor=actor
    )
    kind = Kind.objects.create(code="expedite", name={"en": "Put it first"})
    wish = ask_for_remedy(case, kind, reason="Third call.", actor=actor)
    feed = feed_path(staff("agent")).removesuffix(".ics").split("/")
    return {
        "routing.rule": version.rule_id, "routing.action": "off", "routing.team": team.pk,
        "routing.trial": tried.pk, "routing.what": "shift", "routing.row": shift.pk,
        "routing.note": note.pk, "routing:feeds.staff": feed[-2], "routing:feeds.secret": feed[-1],
        "remedies.wish": wish.pk, "remedies.code": kind.code,
        "remedies.authority": Authority.objects.create(kind=kind, role="agent").pk,
    }  # fmt: skip


def test_there_are_routes() -> None:
    assert {r.namespace for r in routes()} >= {"web", "desk", "operate", "public"}


def test_staff_pages_are_guarded_and_public_ones_are_open() -> None:
    unguarded = [str(r) for r in routes() if r.namespace in STAFF_ONLY and not r.ability]
    closed = [str(r) for r in routes() if r.namespace not in STAFF_ONLY and r.ability]
    assert unguarded == []
    assert closed == []


@pytest.mark.parametrize("for_staff", [True, False], ids=["desk", "public"])
def test_every_route_answers(
    *, for_staff: bool, client: Client, values: dict[str, Any], staff: Callable[..., Any]
) -> None:
    if for_staff:
        client.force_login(staff("administrator"))
    wrong = []
    for route in (r for r in routes() if (r.namespace in STAFF_ONLY) == for_staff):
        for language in ("en", "es"):
            with translation.override(language):
                path = route.path(values)
            status = client.get(path).status_code
            missing_is_fine = route.name in {"chart", "facts", "download", "working_sql", "report"}
            if status not in FINE and not (status == 404 and missing_is_fine):
                wrong.append(f"{path} answers {status}")
    assert wrong == []
    assert ("_auth_user_id" in client.session) == for_staff


def test_staff_routes_let_no_stranger_in(client: Client, values: dict[str, Any]) -> None:
    wrong = []
    for path in staff_paths(values).values():
        answer = client.get(path)
        if answer.status_code != 302 or "/account/login/" not in answer["Location"]:
            wrong.append(path)
    assert wrong == []


def staff_paths(values: dict[str, Any]) -> dict[Route, str]:
    with translation.override("en"):
        return {r: r.path(values) for r in routes() if r.namespace in STAFF_ONLY}


@pytest.mark.parametrize("role", Role.values)
def test_staff_routes_ask_the_right_role(
    role: str, client: Client, values: dict[str, Any], staff: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Who may is asked before a page is drawn; that each page can be drawn is shown above.
    monkeypatch.setattr(Template, "render", lambda *given: "")
    person = staff(role)
    client.force_login(person)
    wrong = []
    for route, path in staff_paths(values).items():
        status = client.get(path).status_code
        # A page may narrow it further: a manager sees their own division.
        right = FINE | {403} if may(person, route.ability) else {403}  # type: ignore[arg-type]
        if status not in right:
            wrong.append(f"{path} answers {status} to {role}")
    assert wrong == []
    assert client.session["_auth_user_id"] == str(person.pk), "signed in to the last"


# --- templates ----------------------------------------------------------------------------------


def test_every_template_is_sound() -> None:
    for name in own_templates():
        get_template(name)


def test_templates_name_only_templates_that_exist() -> None:
    names = set(own_templates())
    missing = []
    pattern = re.compile(r"{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
    for folder in (ROOT / "heard").rglob("templates"):
        for path in (p for p in folder.rglob("*") if p.suffix in {".html", ".txt"}):
            for other in pattern.findall(Path(path).read_text(encoding="utf-8")):
                if other in names:
                    continue
                try:
                    get_template(other)
                except TemplateDoesNotExist:
                    missing.append(f"{path.name} → {other}")
    assert missing == []
