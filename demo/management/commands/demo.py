"""``heard demo``: load the fictional city of Sagebrook, with a year of cases."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.boards import show_boards
from demo.hours import to_local
from demo.load import PASSWORD, is_loaded, load, real_cases
from demo.plan import A_YEAR, plan_city
from demo.shapes import Role
from heard.cases.models import Case
from heard.core import clock
from heard.core.models import City

ROLES: dict[Role, str] = {
    "agent": "Response center agent",
    "field_worker": "Field worker",
    "manager": "Division manager",
    "cx_lead": "Customer experience lead",
    "administrator": "Administrator",
}


class Command(BaseCommand):
    help = "Load the demo city: a fictional city with a year of cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where data is")
        parser.add_argument(
            "--until", type=date.fromisoformat, metavar="DATE",
            help="the day before which the year ends, as 2026-07-01 (today)",
        )  # fmt: skip
        parser.add_argument("--cases", type=int, default=A_YEAR, help=f"about ({A_YEAR})")
        parser.add_argument("--force", action="store_true", help="even beside real cases")

    def handle(
        self, *, if_empty: bool, until: date | None, cases: int, force: bool, **options: Any
    ) -> None:
        if is_loaded():
            if not if_empty:
                raise CommandError("The demo city is here already. Start with an empty HEARD_DATA.")
            self._welcome()
            return
        if self._is_taken(if_empty=if_empty, force=force):
            return
        if not 1 <= cases <= 1_000_000:
            raise CommandError("--cases must be between 1 and 1,000,000.")
        until = until or to_local(clock.now()).date()
        if not date(1990, 1, 1) <= until <= date(2090, 1, 1):
            raise CommandError("--until must lie between 1990 and 2090.")
        done = load(until, cases=cases, say=self.stdout.write)
        self.stdout.write(
            f"Loaded {done.cases:,} cases of {done.customers:,} customers, with {done.answers:,} "
            f"survey answers, in {done.seconds:.0f} s. Counting the measures..."
        )
        call_command("measures", "refresh", stdout=self.stdout)
        show_boards()
        self._welcome()

    def _is_taken(self, *, if_empty: bool, force: bool) -> bool:
        """Whether a real city lives here; said and refused unless forced."""
        others = real_cases()
        named = City.objects.filter(is_demo=False).first()
        if force or (not others and named is None):
            return False
        name = named.name if named else "A city"
        said = f"{name} is served here, with {others:,} cases; the demo was not loaded."
        if not if_empty:
            raise CommandError(f"{said} --force loads it beside them: never do so in public.")
        self.stdout.write(said)
        return True

    def _welcome(self) -> None:
        """The address, and one sign-in for each role."""
        city = plan_city()
        say = self.stdout.write
        say(f"\n{city.full_name} (a fictional city)")
        say(f"  For residents   {settings.HEARD_URL}/")
        say(f"  Results         {settings.HEARD_URL}/results/")
        say(f"  For staff       {settings.HEARD_URL}/desk/")
        latest = Case.objects.filter(source="demo", state="understood").order_by("-id").first()
        if latest is not None:
            say(f"  A case          {settings.HEARD_URL}{latest.tracking_path()}")
        say(f"\nSign-ins for the demo, all with the password {PASSWORD}")
        shown = {person.role: person for person in city.staff if person.shown}
        for role, title in ROLES.items():
            say(f"  {title:26} {shown[role].email}")
