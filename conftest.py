"""What every test may use: an empty data folder, a small city, people in each role, a case."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.early import FOLDER

REAL_DATA = Path(__file__).resolve().parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as in a running house, so that other processes can open it too."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "heard.core.sqlite":
        database.setdefault("TEST", {})["NAME"] = os.path.join(FOLDER.name, "test.sqlite3")
        options = database["OPTIONS"]
        # A test need not survive a power cut; it does survive kill -9.
        options["init_command"] = options["init_command"].replace("FULL", "OFF")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data beside the checkout; tests that need it are skipped without."""
    if not REAL_DATA.is_dir():
        pytest.skip("the public data folder is not here")
    return REAL_DATA


@pytest.fixture(autouse=True)
def fresh_city_row(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the city another test kept, nor reads it twice because the machine was slow."""
    from heard.core import city
    from heard.core.city import forget_city

    monkeypatch.setattr(city, "_KEEP_SECONDS", 3600.0)
    forget_city()
    yield
    forget_city()


QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A slow hash protects people; in a test it only costs a second for each of them."""
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture(scope="module")
def rows_kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A module's fixture that asks for this writes rows every test of the module finds.

    What a test does to them is undone after it, they themselves after the module. Such a module
    has no test with transactions of its own, and is one ``xdist_group``, or is loaded twice.
    """
    from django.db import transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=QUICK):
            yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def only_measures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """``@pytest.mark.only_measures("on_time")``: a refresh computes these and no others.

    Dozens of measures take seconds for every refresh, and most tests look at two or three.
    """
    marker = request.node.get_closest_marker("only_measures")
    if marker is None:
        return
    from heard.measures import compute, formulas, touched, working

    def some() -> tuple[formulas.Series, ...]:
        return tuple(one for one in formulas.all_series() if one.measure in marker.args)

    for module in (compute, touched, working):
        monkeypatch.setattr(module, "all_series", some)


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Every test's client is a server of its own; a server looks for all static files as it starts.

    That was a sixth of a room's time, for the same files every time.
    """
    from django.conf import settings
    from whitenoise.middleware import WhiteNoiseMiddleware as Server

    found: dict[Any, dict[str, Any]] = {}
    look = Server.add_files_from_finders

    def once(server: Any) -> None:
        names = ("STATIC_URL", "STATIC_ROOT", "STORAGES", "STATICFILES_FINDERS", "USWDS")
        key = repr([getattr(settings, name) for name in names]), server.max_age, server.charset
        if key not in found:
            look(server)
            found[key] = dict(server.files)
        server.files.update(found[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def only_what_was_filled_is_emptied() -> Iterator[None]:
    """After a test with transactions of its own: the tables with rows in them, and no others.

    Django empties all two hundred, then writes every permission again: a third of a second each
    time. What it would write again is left where it is.
    """
    from django.db import connection, transaction
    from django.test import TransactionTestCase

    stays = {"django_content_type", "auth_permission", "django_migrations"}

    def filled() -> list[str]:
        names = sorted(set(connection.introspection.django_table_names(True, False)) - stays)
        quoted = {name: connection.ops.quote_name(name) for name in names}
        each = [f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM {q})" for n, q in quoted.items()]  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(each))
            return [quoted[name] for (name,) in cursor.fetchall()]

    def empty(_case: Any) -> None:
        for _turn in range(4):  # a trigger may note elsewhere that a row is gone
            tables = filled()
            if not tables:
                return
            # Who points to whom is asked when all of them are empty.
            with transaction.atomic(), connection.cursor() as cursor:
                for table in tables:
                    cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        raise AssertionError(f"still filled: {filled()}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(autouse=True)
def plain_language() -> None:
    """No test speaks the language that another test's last page was in."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def town(db: None) -> Any:
    """A named city in Denver's time."""
    from heard.core.city import forget_city
    from heard.core.models import City

    made = City.objects.create(
        name="Testville", zone="America/Denver", phone="303-555-0100", email="hello@city.example"
    )
    forget_city()
    return made


@pytest.fixture
def division(town: Any) -> Any:
    """Streets, of Public works."""
    from heard.people.models import Department, Division

    works = Department.objects.create(
        code="works", name={"en": "Public Works", "es": "Obras Públicas"}
    )
    return Division.objects.create(
        department=works, code="streets", name={"en": "Streets", "es": "Calles"}
    )


@pytest.fixture
def service(division: Any) -> Any:
    """Potholes: first answer in 8 hours, mended in 5 days."""
    from datetime import UTC, datetime

    from heard.catalogue.models import Promise, Service

    made = Service.objects.create(
        code="pothole",
        name={"en": "Pothole", "es": "Bache"},
        group={"en": "Streets", "es": "Calles"},
        instructions={"en": "Tell us where it is.", "es": "Díganos dónde está."},
        keywords={"en": "hole road street", "es": "hoyo calle"},
        division=division,
    )
    start = datetime(2000, 1, 1, tzinfo=UTC)
    Promise.objects.create(
        service=made, kind="first_response", amount=8, unit="hours", effective_from=start
    )
    Promise.objects.create(
        service=made, kind="resolution", amount=5, unit="days", effective_from=start
    )
    return made


@pytest.fixture
def staff(division: Any) -> Callable[..., Any]:
    """``staff("agent")`` makes a person in the role (one per role), password "let me in 42"."""
    from heard.people.models import Staff

    made: dict[str, Any] = {}

    def person(role: str = "agent") -> Any:
        if role not in made:
            made[role] = Staff.objects.create_user(
                f"{role}@city.example",
                "let me in 42",
                name=f"Sam {role.replace('_', ' ').title()}",
                role=role,
                division=division,
            )
        return made[role]

    return person


@pytest.fixture
def customer(town: Any) -> Any:
    """Ana, who writes in Spanish."""
    from heard.core.actors import SYSTEM
    from heard.people.services import know_customer

    return know_customer(name="Ana Ruiz", email="ana@home.example", language="es", actor=SYSTEM)


@pytest.fixture
def case(service: Any, customer: Any) -> Any:
    """Ana's pothole, just received."""
    from heard.cases.services import Request, receive

    return receive(
        Request(
            service=service,
            words="Hay un hoyo grande frente a mi casa.",
            language="es",
            customer=customer,
            place="12 Elm Street",
        ),
        actor=customer.as_actor(),
    )


@pytest.fixture
def run_steps(db: None) -> Callable[[], None]:
    """Run every waiting step now, as the worker would, until none is left."""
    from heard.core.events import run_step
    from heard.core.models import Step

    def run() -> None:
        for _turn in range(20):
            waiting = list(Step.objects.filter(state="waiting").order_by("id"))
            if not waiting:
                return
            for step in waiting:
                run_step.call(step.pk)
            faults = list(Step.objects.exclude(fault="").values_list("name", "fault"))
            assert not faults, faults

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--only-database``: the second time, on another database, only what it has a say in."""
    parser.addoption("--only-database", action="store_true", help="only what a database decides")


# What is seen, and by whom, is decided above the database, and shown on one. On the other
# tests/test_routes.py asks for every page, with rows, in both languages: no question of theirs
# fails there. What pages write are verbs, with tests that run on both.
SEEN = (
    "test_pages.py", "_pages.py", "_page.py", "test_permissions.py", "test_looking.py",
    "test_published.py", "test_way_in.py",
)  # fmt: skip


# A minute each: begun last, one of them would keep one core busy while the other has nothing to do.
LONG = (
    "heard/measures/tests/test_boston.py", "tests/test_migrations.py", "tests/kill/",
    "heard/measures/tests/test_engines.py", "heard/measures/tests/test_incremental.py",
    "heard/cases/importing/tests/", "heard/doors/api/tests/test_hammered.py",
    "tests/test_routes.py",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long ones first (groups, of the browser and of the documents, go before all); leave out."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if not config.option.only_database:
        return
    uses = {"db", "transactional_db"}
    kept = [
        item
        for item in items
        if not item.path.name.endswith(SEEN)
        and (item.get_closest_marker("django_db") or uses & set(getattr(item, "fixturenames", ())))
    ]
    staying = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in staying])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What is loaded by now stays: walking through it again and again took a quarter of the run."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def pytest_configure(config: pytest.Config) -> None:
    """Watch which templates the tests show."""
    from tests.templates import TemplatesShown

    config.pluginmanager.register(TemplatesShown())
