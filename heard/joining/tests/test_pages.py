"""The screens at the desk: who may open them, what they say, and what they cost."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory
from django.urls import reverse

from heard.cases.closing import close
from heard.cases.models import Case
from heard.joining import panels
from heard.joining.following import follow
from heard.joining.merging import merge
from heard.joining.models import Errand, Follower, Merge, Organisation, Update
from heard.joining.outside import answer_errand, ask_outside
from heard.joining.parting import split
from heard.joining.tests.conftest import Street
from heard.joining.urls import urlpatterns
from heard.people.models import Division, Role

WORKERS = {Role.AGENT, Role.FIELD_WORKER, Role.MANAGER, Role.ADMINISTRATOR}
JOINERS = WORKERS - {Role.FIELD_WORKER}
OPENS: dict[str, set[Any]] = {
    "choose": JOINERS, "merge": JOINERS, "undo": JOINERS, "part": JOINERS, "people": WORKERS,
    "update": WORKERS, "known": WORKERS, "release": WORKERS, "ask": WORKERS,
    "errands": set(Role.values),
}  # fmt: skip
SENDS = {"stop": WORKERS, "act": WORKERS}


@pytest.fixture
def scene(street: Street, division: Division) -> dict[str, Any]:
    """A case with a merged report, a follower, a part and an answer from outside."""
    ana, ben = street.report("ana", on=0), street.report("ben", on=1)
    row = merge(ben, ana, actor=street.by)
    follower = follow(ana, email="guy@home.example", name="Guy Lee", actor=street.by)
    part = split(ana, division, words="Cut the root.", actor=street.by)
    power = Organisation.objects.create(name="Power", email="ops@power.example")
    errand = ask_outside(ana, power, words="Move the pole.", actor=street.by)
    answer_errand(errand, "done", words="Pole is moved.")
    return {
        "ana": Case.objects.get(pk=ana.pk), "ben": Case.objects.get(pk=ben.pk), "merge": row,
        "follower": follower, "part": part, "errand": errand, "cy": street.report("cy", on=1),
    }  # fmt: skip


def path_of(name: str, scene: dict[str, Any]) -> str:
    arguments: dict[str, list[Any]] = {
        "merge": [scene["cy"].reference, scene["ana"].reference],
        "undo": [scene["merge"].pk],
        "stop": [scene["follower"].pk],
        "act": [scene["errand"].pk, "read"],
        "known": [],
        "errands": [],
    }
    return reverse(f"joining:{name}", args=arguments.get(name, [scene["ana"].reference]))


def test_the_table_names_every_route() -> None:
    assert set(OPENS) | set(SENDS) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", Role.values)
def test_pages_open_for_their_roles_alone(
    role: str, client: Client, staff: Any, scene: dict[str, Any]
) -> None:
    for name in OPENS:
        client.logout()
        assert client.get(path_of(name, scene)).status_code == 302
    client.force_login(staff(role))
    for name, roles in OPENS.items():
        assert client.get(path_of(name, scene)).status_code == (200 if role in roles else 403), name
    for name, roles in SENDS.items():
        status = client.post(path_of(name, scene)).status_code
        assert status == (302 if role in roles else 403), name
    # Without a role's names no name is shown.
    page = client.get(scene["ana"].get_absolute_url() + "?whole").content.decode()
    assert ("Ben" in page) is (role in WORKERS)


@pytest.fixture
def agent(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


def test_merge_and_undo_by_hand(agent: Client, street: Street) -> None:
    ana, ben = street.report("ana", on=0), street.report("ben", on=1, language="es")
    with street.on(2):
        page = agent.get(reverse("joining:choose", args=[ben.reference]))
        assert ana.reference in page.content.decode()
        missing = agent.get(page.request["PATH_INFO"], {"q": "2222-2222"})
        assert "No case has this reference" in missing.content.decode()
        found = agent.get(page.request["PATH_INFO"], {"q": ana.reference.lower()})
        confirm = agent.get(found["Location"])
        told = confirm.content.decode()
        assert "Its customer is told in Español" in told
        data = {
            name: confirm.context["form"].initial[name]
            for name in ("key", "seen_case", "seen_into")
        }
        street.report("cy", on=2)
        done = agent.post(found["Location"], data, follow=True)
        assert "lives on in this case now" in str(next(iter(get_messages(done.wsgi_request))))
        assert agent.post(found["Location"], data).status_code == 302  # sent twice
        assert Merge.objects.count() == 1
        shown = agent.get(ben.get_absolute_url() + "?whole").content.decode()
        undo = reverse("joining:undo", args=[Merge.objects.get().pk])
        assert undo in shown
        assert agent.post(undo, {"reason": ""}).status_code == 422
        assert agent.post(undo, {"reason": "Another hole."}).status_code == 302
    assert Case.objects.get(pk=ben.pk).is_open
    assert "undone already" in agent.get(undo).content.decode()


def test_a_merge_of_something_that_changed_is_shown_again(agent: Client, street: Street) -> None:
    ana, ben = street.report("ana", on=0), street.report("ben", on=1)
    path = reverse("joining:merge", args=[ben.reference, ana.reference])
    seen = agent.get(path).context["form"].initial
    close(ana, outcome="done", words="Filled.", actor=street.by)
    page = agent.post(path, seen)
    assert page.status_code == 422
    assert "changed this case" in page.content.decode()
    assert Case.objects.get(pk=ben.pk).is_open


def test_the_other_screens_do_what_they_say(
    agent: Client, street: Street, scene: dict[str, Any]
) -> None:
    ana = scene["ana"].reference
    people = reverse("joining:people", args=[ana])
    assert "Give an email or a phone" in agent.post(people, {"language": "en"}).content.decode()
    for bad in ({"phone": "1" * 40}, {"phone": "12"}, {"email": "x"}, {"name": "www.spam.example"}):
        assert agent.post(people, {"language": "en", **bad}).status_code == 422
    good = {"email": "hal@home.example", "language": "es", "name": "Hal"}
    assert agent.post(people, good).status_code == 302
    assert Follower.objects.filter(customer__email="hal@home.example").exists()
    update = reverse("joining:update", args=[ana])
    assert agent.post(update, {"english": ""}).status_code == 422
    assert agent.post(update, {"english": "Friday.", "spanish": "Viernes."}).status_code == 302
    assert Update.objects.get().words == {"en": "Friday.", "es": "Viernes."}
    part = reverse("joining:part", args=[ana])
    assert agent.post(part, {"division": "streets", "words": ""}).status_code == 422
    late = {"division": "streets", "words": "Sign it.", "due": "2001-01-01"}
    assert "has passed" in agent.post(part, late).content.decode()
    assert agent.post(part, late | {"due": "2099-01-01"}).status_code == 302
    release = reverse("joining:release", args=[ana])
    assert agent.post(release).status_code == 302
    ask = reverse("joining:ask", args=[ana])
    assert agent.post(ask, {"words": "Hello"}).status_code == 422
    power = Organisation.objects.get()
    assert agent.post(ask, {"words": "Hello", "organisation": power.pk}).status_code == 302
    assert Errand.objects.count() == 2
    act = reverse("joining:act", args=[Errand.objects.first().pk, "withdraw"])
    assert agent.post(act).status_code == 302
    assert agent.post(act.replace("withdraw", "eat")).status_code == 404
    sought = {"place": "1234 Elm Street", "service": "pothole"}
    with street.on(2):
        known = agent.get(reverse("joining:known"), sought)
    assert ana in known.content.decode()
    nothing = agent.get(reverse("joining:known"), {"place": "nowhere at all"})
    assert "Not known yet" in nothing.content.decode()
    for show in ("", "open", "all", "nonsense"):
        assert agent.get(reverse("joining:errands"), {"show": show}).status_code == 200
    assert "Viernes." in Client().get(f"/es/nearby/{ana}/").content.decode()


def test_panels_elsewhere(staff: Any, scene: dict[str, Any]) -> None:
    request = RequestFactory().get("/")
    request.user = staff("agent")
    assert "1 answer to read" in panels.home_panel(request, None)
    assert scene["ana"].reference in panels.person_panel(request, scene["follower"].customer)
    assert panels.person_panel(request, scene["ana"].customer) == ""
    assert reverse("joining:known") in panels.intake_panel(request, None)
    request.user = staff("cx_lead")
    assert panels.case_panel(request, scene["cy"]) == ""  # nothing tied, nothing to do
    assert "1 follower" in panels.case_panel(request, scene["ana"])
    assert panels.person_panel(request, scene["follower"].customer) == ""
    assert panels.intake_panel(request, None) == ""


def test_a_panel_costs_the_same_however_much_is_joined(
    staff: Any, street: Street, scene: dict[str, Any], django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/")
    request.user = staff("agent")
    for many in (0, 4):
        for n in range(many):
            merge(street.report(f"p{n}", on=1), scene["ana"], actor=street.by)
            follow(scene["ana"], email=f"f{n}@home.example", actor=street.by)
            ask_outside(scene["ana"], scene["errand"].organisation, words=f"{n}", actor=street.by)
        case = Case.objects.select_related("customer", "service").get(pk=scene["ana"].pk)
        with django_assert_num_queries(3):
            html = panels.case_panel(request, case)
        assert html.count("/desk/case/") >= many


def test_lists_cost_the_same_however_long(
    agent: Client, street: Street, scene: dict[str, Any], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    paths = [path_of("people", scene), path_of("errands", scene) + "?show=all",
             path_of("known", scene) + "?place=1234+Elm+Street&service=pothole"]  # fmt: skip
    spent = []
    for many in (0, 5):
        for n in range(many):
            merge(street.report(f"p{n}", on=1), scene["ana"], actor=street.by)
            street.report(f"q{n}", on=1)
            follow(scene["ana"], email=f"f{n}@home.example", actor=street.by)
            ask_outside(scene["ana"], scene["errand"].organisation, words=f"{n}", actor=street.by)
        with street.on(2):
            for path in paths:
                agent.get(path)
        counts = []
        for path in paths:
            with street.on(2), CaptureQueriesContext(connection) as caught:
                assert agent.get(path).status_code == 200
            # The city's row is read anew every few seconds.
            counts.append(sum("core_city" not in query["sql"] for query in caught))
        spent.append(counts)
    assert spent[0] == spent[1]
