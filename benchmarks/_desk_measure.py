"""One city as ``benchmarks.desk`` asks for its pages: names come in by line, JSON goes out."""

import json
import sys
import time
from datetime import timedelta
from typing import Any


def pages(cases: int) -> dict[str, str]:
    """Names and addresses of what is measured."""
    from benchmarks._desk_city import busy_case, email_of, reference
    from heard.cases.models import Case
    from heard.cases.searching import fold

    middle = cases // 2
    case = Case.objects.select_related("customer").get(pk=middle)
    rare, name = case.words.split()[0], fold(case.customer.name).replace(" ", "+")
    place = case.place.split()[1][:3]  # many streets begin so, in the small city too
    urgent = "/desk/?division=all"
    found = {
        "list, mine and my division's": "/desk/?division=",
        "list, page 30": "/desk/?division=&page=30",
        "list, every division": urgent,
        "list, nobody has it": f"{urgent}&assignee=nobody",
        "list, overdue": f"{urgent}&due=overdue",
        "list, we wait": f"{urgent}&show=waiting",
        "list, waiting longest": f"{urgent}&sort=waits",
        "list, finished, newest": "/desk/?division=d1&show=finished",
        "list, one service, all": f"{urgent}&show=all&service=s7&page=9",
        "search, common word, open": f"{urgent}&q=water",
        "search, common word, all": f"{urgent}&show=all&q=water",
        "search, two common words": f"{urgent}&show=all&q=street+hoyo",
        "search, rare word": f"{urgent}&show=all&q={rare}",
        "search, name": f"{urgent}&show=all&q={name}",
        "search, phone": f"{urgent}&show=all&q={case.customer.phone}",
        "search, email": f"{urgent}&show=all&q={email_of(case.customer_id or 1)}",
        "search, place": f"{urgent}&show=all&q={place}",
        "search, nothing found": f"{urgent}&show=all&q=zzzyx",
        "reference, to its case": f"/desk/?q={reference(middle)}",
        "case page": f"/desk/case/{reference(middle)}/",
        "case page, 4,000 messages": f"/desk/case/{reference(busy_case(cases))}/",
        "case page, a panel of it": f"/desk/case/{reference(middle)}/beside/case/0/",
        "today": "/desk/today/",
    }
    return found | _lookups(case)


def _lookups(case: Any) -> dict[str, str]:
    """Who is it: the one field, the page for telephone systems, and people with few and many.

    What is typed finds one person, or a full page of them, in the small city as in the large one;
    else the answers would be different pages.
    """
    from urllib.parse import quote

    field, name = "/desk/contacts/?q=", case.customer.name
    first, last = name.split()[0], name.split()[-1]
    place = " ".join(case.place.split()[:2])
    return {
        "lookup, phone": f"/desk/caller?phone={quote(case.customer.phone)}",
        "lookup, end of a number": f"{field}{case.customer.phone[-7:]}",
        "lookup, name": f"{field}{quote(f'{first} {last[0]}')}",
        "lookup, common first name": f"{field}{quote(first)}",
        "lookup, email": f"{field}{quote(case.customer.email[:9])}",
        "lookup, place": f"{field}{quote(place)}",
        "lookup, nobody": f"{field}zzzyx",
        "person": f"/desk/contacts/person/{case.customer_id}/",
        "person, 4,000 cases": "/desk/contacts/person/1/",
        "person, 4,000 cases, page 90": "/desk/contacts/person/1/?page=90",
    }


def main() -> None:
    """Make the city if it is not there; then answer for each page that is asked for by name."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import _desk_city
    from heard.contacts.places import catch_up_fully
    from heard.core import clock
    from heard.people.models import Staff

    size = int(sys.argv[1])
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("createcachetable", verbosity=0)
    took = 0.0 if _desk_city.is_whole() else _desk_city.build(size)
    catch_up_fully()
    found = pages(size)
    _say({"seconds": took, "pages": list(found)})
    person = Staff.objects.get(email="staff9@bench.example")  # a manager, who sees the most
    with clock.at(_desk_city.NOW + timedelta(minutes=1)):
        client = _signed_in(person)
        for line in sys.stdin:
            _say(_looked(client, found[line.strip()]))


def _signed_in(person: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def _looked(client: Any, address: str) -> dict[str, Any]:
    """One look; BEGIN and COMMIT are not counted as queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
    frames = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    queries = [q for q in captured.captured_queries if not q["sql"].startswith(frames)]
    return {"seconds": took, "queries": len(queries), "status": answer.status_code}


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
