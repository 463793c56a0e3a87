"""``heard demo``: what it says, and that it leaves alone what is there already."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from demo import load as loading
from demo.management.commands import demo as command
from heard.cases.models import Case
from heard.core.models import City
from heard.people.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def run(*arguments: str) -> str:
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        # The measures have their own tests.
        patch.setattr(command, "call_command", lambda *args, **kwargs: None)
        call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("wrong", [["--until", "2026-02-30"], ["--cases", "0"], ["--cases", "x"]])
def test_bad_input_is_refused_in_words(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*wrong)
    assert not Case.objects.exists()


def test_a_real_city_is_left_alone(case: Case) -> None:
    with pytest.raises(CommandError, match="--force"):
        run()
    assert "not loaded" in run("--if-empty")
    assert Staff.objects.filter(email__endswith="@sagebrook.example").count() == 0
    run("--force", "--until", "2026-07-01", "--cases", "40")
    assert City.objects.get().name == "Testville"
    assert Case.objects.filter(pk=case.pk).exists()


def test_it_says_where_to_go_and_who_may_sign_in_and_a_second_time_changes_nothing() -> None:
    said = run("--until", "2026-07-01", "--cases", "40")
    assert "/desk/" in said
    assert said.count("@sagebrook.example") == 5
    for line in said.splitlines():
        if "@sagebrook.example" in line:
            person = Staff.objects.get(email=line.split()[-1])
            assert person.check_password(loading.PASSWORD)
    assert City.objects.get().is_demo

    before = Case.objects.count(), Staff.objects.count()
    assert "Sign-ins" in run("--if-empty")
    with pytest.raises(CommandError, match="already"):
        run()
    assert before == (Case.objects.count(), Staff.objects.count())
