"""Measures the desk's pages on one city: what ``benchmarks.desk`` runs for each database and size.

Prints one line of JSON: page, median in milliseconds, queries.
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

LOOKS, WARM = int(os.environ.get("HEARD_BENCH_LOOKS", "15")), 3


def pages(cases: int) -> dict[str, str]:
    """Names and addresses of what is measured."""
    from benchmarks._desk_city import busy_case, email_of, reference
    from heard.cases.models import Case
    from heard.cases.searching import fold

    middle = cases // 2
    case = Case.objects.select_related("customer").get(pk=middle)
    rare, name = case.words.split()[0], fold(case.customer.name).replace(" ", "+")
    place = "+".join(case.place.split()[:2])
    urgent = "/desk/?division=all"
    found = {
        "list, mine and my division's": "/desk/?division=",
        "list, page 30": "/desk/?division=&page=30",
        "list, every division": urgent,
        "list, nobody has it": f"{urgent}&assignee=nobody",
        "list, due soon": f"{urgent}&due=soon",
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
        "search, email": f"{urgent}&show=all&q={email_of(case.customer_id)}",
        "search, place": f"{urgent}&show=all&q={place}",
        "search, nothing found": f"{urgent}&show=all&q=zzzyx",
        "reference, to its case": f"/desk/?q={reference(middle)}",
        "case page": f"/desk/case/{reference(middle)}/",
        "case page, 4,000 messages": f"/desk/case/{reference(busy_case(cases))}/",
        "today": "/desk/today/",
    }
    return found | _lookups(case)


def _lookups(case: Any) -> dict[str, str]:
    """The page for telephone systems, where it is there."""
    from urllib.parse import quote

    from django.urls import Resolver404, resolve

    try:
        resolve("/desk/caller")
        here = "/desk/caller"
    except Resolver404:
        try:
            resolve("/desk/contacts/caller/")
        except Resolver404:
            return {}
        here = "/desk/contacts/caller/"
    return {"lookup, phone": f"{here}?phone={quote(case.customer.phone)}"}


def main() -> None:
    """Measure; the size of the city is the first argument."""
    import django

    django.setup()
    from benchmarks._desk_city import NOW
    from heard.core import clock
    from heard.people.models import Staff

    person = Staff.objects.get(email=f"staff{os.environ.get('HEARD_BENCH_STAFF', '9')}@bench.example")
    with clock.at(NOW + timedelta(minutes=1)):
        for name, address in pages(int(sys.argv[1])).items():
            print(json.dumps({"page": name, **_measured(person, address)}), flush=True)


def _measured(person: Any, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    took = []
    for turn in range(WARM + LOOKS):
        began = time.perf_counter()
        answer = client.get(address)
        if turn >= WARM:
            took.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    if os.environ.get("HEARD_BENCH_SQL"):
        for query in queries.captured_queries:
            print(f"    {query['time']} {query['sql'][:1200]}", file=sys.stderr)
    return {
        "ms": statistics.median(took) * 1000,
        "queries": len(queries.captured_queries),
        "status": answer.status_code,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main()
