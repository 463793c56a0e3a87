"""Few, no or all equal answers: every page and file says something, and never "nan"."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.voice.tests.making import make
from heard.voice.tests.surveying import survey

pytestmark = pytest.mark.django_db
STRANGE = re.compile(r"(?<![A-Za-z])(?:[Nn]a[Nn]|inf|None(?! yet))(?![a-z])")
MORE = {
    "effort": 4, "recommend": 0, "thumbs": 0, "trust": 1, "trust_why": {"ease": None, "other": 0},
    "again": "no", "named": {"desk": 0, "wait": 0, "forms": 0},
    "rows": {"desk": 1}, "acsi": {"satisfaction": 1},
}  # fmt: skip
KINDS_OF_ODD: dict[str, list[int | None]] = {
    "nobody": [], "one respondent": [5], "one who skipped": [None], "nine": [4] * 9,
    "all alike": [1] * 12, "all skipped": [None] * 12, "two months of one": [5, 1],
}  # fmt: skip


def shown(page: Any) -> str:
    """What a reader sees: no markup, no scripts."""
    text = page.content.decode("utf-8-sig")
    return re.sub(r"<(?:script|style|svg).*?</(?:script|style|svg)>|<[^>]+>", " ", text, flags=re.S)


@pytest.mark.parametrize("ratings", list(KINDS_OF_ODD.values()), ids=list(KINDS_OF_ODD))
def test_no_page_shows_what_is_no_number(
    desk: Client, division: Any, ratings: list[int | None]
) -> None:
    version = survey()
    for days in (40, 3):
        made = make(ratings, clock.now() - timedelta(days), silent=1)
        make(ratings, clock.now() - timedelta(days), version=version, given={"more": MORE})
    addresses = [
        reverse("voice:report"), reverse("voice:division", args=["streets"]),
        reverse("voice:results"), reverse("said:satisfaction"),
        reverse("said:division", args=["streets"]),
    ]  # fmt: skip
    for name in ("voice:survey_results", "voice:survey_results_csv"):
        addresses += [reverse(name, args=[code]) for code in ("closing", "visits")]
    for address in addresses:
        answer = desk.get(address, {"by": "division", "over": "month"})
        assert answer.status_code == 200, address
        found = STRANGE.search(shown(answer))
        assert found is None, (address, shown(answer)[found.start() - 80 : found.end() + 20])
    if 2 * len(made) in (2, 4):  # one respondent, or two: words in place of a number
        page = shown(desk.get(reverse("voice:division", args=["streets"])))
        assert "of 100" not in page
        assert "Fewer than ten people answered" in page or "No answers in this period" in page
