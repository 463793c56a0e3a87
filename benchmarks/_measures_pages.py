"""Pages of the results site: what they ask the database, and how long they take."""

from functools import partial
from statistics import median
from typing import Any

RUNS = 9


def measure() -> None:
    """Measure the pages people open most; what was made ahead does not grow with the lake."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks._measures_house import timed
    from benchmarks._measures_lake import NOW
    from heard.core import clock

    client = Client(SERVER_NAME="localhost")
    with clock.at(NOW):
        for address in (
            "/results/", "/results/on_time/", "/results/division/v1/", "/results/on_time/working/",
        ):  # fmt: skip
            took: list[float] = []
            queries, answer = 0, _page(client, address)
            if answer.status_code != 200:
                print(f"  page {address}: answers {answer.status_code}")
                continue
            for _run in range(RUNS):
                with CaptureQueriesContext(connection) as asked:
                    seconds, answer = timed(partial(_page, client, address))
                took.append(seconds * 1000)
                queries = len(asked)
            print(f"  page {address}: {median(took):,.0f} ms, {queries} queries")


def _page(client: Any, address: str) -> Any:
    return client.get(address, follow=True)
