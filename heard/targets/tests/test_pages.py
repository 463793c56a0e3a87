"""The pages of targets, at the desk and in public, by role and in both languages."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from heard.people.models import Staff
from heard.targets import panels
from heard.targets.entering import pass_batch
from heard.targets.importing import take
from heard.targets.models import Batch, Entry, OwnMeasure, Program, Restatement, Target
from heard.targets.services import set_owner
from heard.targets.tests.test_breaks import on_time, second_version  # noqa: F401
from heard.targets.tests.test_targets import month

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(client: Client, staff: Any) -> Any:
    def signed_in(role: str) -> Client:
        client.force_login(staff(role))
        return client

    return signed_in


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


TYPED = {
    "key": "k1", "period": "2026-04", "numerator": "80", "denominator": "100",
    "evidence": "https://city.example/visits.pdf", "narrative_en": "The roof leaked.",
    "narrative_es": "Hubo goteras.",
}  # fmt: skip


def test_entered_reviewed_published_and_seen(as_role: Any, visits: OwnMeasure, staff: Any) -> None:
    client = as_role("cx_lead")
    path = "/desk/targets/measure/visits/enter/"
    assert client.get(path).status_code == 200
    wrong = client.post(path, TYPED | {"denominator": "0"})
    assert wrong.status_code == 422
    assert "denominator is zero" in text_of(wrong)
    assert "The roof leaked." in text_of(wrong)  # nothing typed is lost
    answer = client.post(path, TYPED, follow=True)
    assert "somebody else has to review and publish it" in text_of(answer)
    entry = Entry.objects.get()
    page = f"/desk/targets/figures/{entry.pk}/"
    assert client.get("/results/visits/").status_code == 404
    refused = client.post(page + "act/", {"seen": entry.version, "do": "review"})
    assert refused.status_code == 422
    assert "cannot approve it" in text_of(refused)
    assert client.post(page + "act/", {"seen": "x" * 20}).status_code == 422
    client = as_role("administrator")
    request = RequestFactory().get("/desk/")
    request.user = staff("administrator")
    assert "1 figure waits" in panels.waiting(request, None)
    client.post(page + "act/", {"seen": entry.version, "do": "review"})
    entry.refresh_from_db()
    assert "Published, everybody sees it" in text_of(client.get(page))
    client.post(page + "act/", {"seen": entry.version, "do": "publish"})
    assert panels.waiting(request, None) == ""
    said = text_of(client.get("/results/visits/"))
    assert "80%" in said
    assert "The roof leaked." in said
    assert "Hubo goteras." in text_of(client.get("/es/results/visits/"))
    assert "Measure visits" in text_of(client.get("/results/program/"))


def test_restated_in_public(as_role: Any, visits: OwnMeasure) -> None:
    assert "Nothing that was published" in text_of(as_role("cx_lead").get("/results/changes/"))
    client = as_role("cx_lead")
    client.post("/desk/targets/measure/visits/enter/", TYPED)
    entry = Entry.objects.get()
    Entry.objects.update(state="published")
    path = f"/desk/targets/figures/{entry.pk}/change/"
    assert "Why it is restated" in text_of(client.get(path))
    missing = client.post(path, TYPED | {"numerator": "85", "key": "k2"})
    assert "Say why it changes" in text_of(missing)
    fixed = TYPED | {"numerator": "85", "key": "k2", "reason_en": "A branch was missing."}
    assert client.post(path, fixed).status_code == 302
    new = Entry.objects.get(revision=2)
    client = as_role("administrator")
    for step in ("review", "publish"):
        new.refresh_from_db()
        client.post(f"/desk/targets/figures/{new.pk}/act/", {"seen": new.version, "do": step})
    said = text_of(client.get("/results/changes/"))
    assert "80% 85% A branch was missing." in said
    assert "Lo que corregimos" in text_of(client.get("/es/results/changes/"))


def test_a_target_is_set_and_judged_in_public(as_role: Any, service: Any) -> None:
    client = as_role("cx_lead")
    path = "/desk/targets/measure/on_time/target/"
    typed = {"key": "k", "way": "closed", "period": "", "group": "all", "direction": "up",
             "value": "80"}  # fmt: skip
    refused = client.post(path, typed)
    assert refused.status_code == 422
    assert "A target needs a period" in text_of(refused)
    assert client.post(path, typed | {"period": "2026-05"}).status_code == 302
    assert Target.objects.get().value == 0.8
    month("2026-05", 81, 100, statistic="closed")
    month("2026-05", 81, 100, measure="cases_received", statistic="count", value=100)
    said = text_of(client.get("/results/on_time/?period=2026-05"))
    assert "too close to call" in said
    assert "The target for May 2026 is at least 80%. The figure is 81%" in said
    assert "too close to call" in text_of(client.get("/results/"))
    spanish = text_of(client.get("/es/results/on_time/?period=2026-05"))
    assert "demasiado cerca para decidir" in spanish
    assert "No target is set" in text_of(client.get("/results/late_by/?period=2026-05"))


def test_a_changed_target_is_not_served_from_a_copy(
    as_role: Any, service: Any, client: Client
) -> None:
    month("2026-05", 81, 100, measure="cases_received", statistic="count", value=100)
    before = client.get("/results/")["ETag"]
    assert client.get("/results/", headers={"If-None-Match": before}).status_code == 304
    typed = {"key": "k", "way": "closed", "period": "2026-05", "group": "all", "direction": "up",
             "value": "80"}  # fmt: skip
    as_role("cx_lead").post("/desk/targets/measure/on_time/target/", typed)
    client.logout()
    assert client.get("/results/", headers={"If-None-Match": before}).status_code == 200


def test_a_break_stands_on_chart_table_and_text(
    client: Client,
    service: Any,
    second_version: Any,  # noqa: F811
) -> None:
    for period, version, value in (("2025-12", 1, 0.7), ("2026-01", 1, 0.72),
                                   ("2026-02", 1, 0.71),
                                   ("2026-02", 2, 0.8), ("2026-03", 2, 0.8),
                                   ("2026-04", 2, 0.82)):  # fmt: skip
        on_time(period, version, value)
        if version == 2 or period < "2026-02":
            month(period, 1, 1, measure="cases_received", statistic="count", value=100)
    page = client.get("/results/on_time/?period=2026-04").content.decode()
    assert page.count('class="course__break"') == 1
    assert page.count('class="course__line"') == 2
    assert "↑ new definition" in page
    assert "changed on February 14, 2026" in page
    assert "Reopened requests count once." in page
    assert "February 2026 counted in both ways: 71% by the old definition, 80%" in page
    assert "Las reabiertas cuentan una vez." in client.get("/es/results/on_time/").content.decode()
    assert "Reopened requests count once." in text_of(client.get("/results/changes/"))
    city = client.get("/results/").content.decode()
    assert 'class="course__break"' not in city  # there the line begins with the new definition


def test_a_file_with_faults(as_role: Any, visits: OwnMeasure) -> None:
    client = as_role("cx_lead")
    path = "/desk/targets/measure/visits/import/"
    assert client.get("/desk/targets/measure/on_time/import/").status_code == 404
    sheet = SimpleUploadedFile("a.xlsx", b"PK\x03\x04...")
    refused = client.post(path, {"file": sheet, "key": "a"})
    assert refused.status_code == 422
    assert "Save it as CSV" in text_of(refused)
    data = SimpleUploadedFile("a.csv", b"period,value\n2026-01,80\n,81\n")
    page = text_of(client.post(path, {"file": data, "key": "b"}, follow=True))
    assert "cells were merged" in page
    batch = Batch.objects.get()
    other = as_role("administrator")
    for step in ("review", "publish"):
        other.post(f"/desk/targets/batches/{batch.pk}/pass/", {"do": step})
    assert Entry.objects.get().state == "published"


def test_the_list_warns_of_stale_owners(
    as_role: Any, visits: OwnMeasure, lead: Any, other: Any, staff: Any, csv_of: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = as_role("cx_lead")
    assert "Nobody answers for it" in text_of(client.get("/desk/targets/?q=visits"))
    set_owner("visits", staff=staff("manager"), actor=lead)
    batch = take(visits, csv_of("period,value", "2025-12,80"), name="x", actor=lead)
    for publish in (False, True):
        pass_batch(batch, publish=publish, actor=other)
    said = text_of(client.get("/desk/targets/?q=visits"))
    assert "4 periods without a figure" in said
    Staff.objects.filter(pk=staff("manager").pk).update(is_active=False)
    assert "no longer works here" in text_of(client.get("/desk/targets/?q=visits"))
    for n in range(20):
        OwnMeasure.objects.create(key=f"m{n}", name={"en": f"M {n}"}, created_at=visits.created_at)
    with django_assert_max_num_queries(16):
        assert client.get("/desk/targets/").status_code == 200


def test_measures_definitions_and_settings(as_role: Any, visits: OwnMeasure) -> None:
    client = as_role("cx_lead")
    words = {"name_en": "Cost", "definition_en": "Dollars per call."}
    typed = words | {"key": "cost", "kind": "ratio", "unit": "dollars", "direction": "down",
                     "period_kind": "month", "numerator": "visits",
                     "denominator": "cost"}  # fmt: skip
    assert client.post("/desk/targets/new/", typed).status_code == 422
    typed |= {"denominator": "visits"}
    assert client.post("/desk/targets/new/", typed).status_code == 302
    assert client.get("/results/cost/").status_code == 200
    typed = {"effective_from": "2026-06-01", "definition_en": "New.", "what_en": "What.",
             "why_en": "Why."}  # fmt: skip
    path = "/desk/targets/measure/visits/redefine/"
    assert client.post(path, {"what_en": ""}).status_code == 422
    assert client.post(path, typed).status_code == 302
    assert "Version 2, June 1, 2026" in text_of(client.get("/desk/targets/measure/visits/"))
    assert client.post("/desk/targets/measure/visits/owner/", {"owner": ""}).status_code == 302
    assert client.post("/desk/targets/settings/", {"fiscal_start": 7, "stale_after": 3})
    assert Program.objects.get().fiscal_start == 7
    for role in ("agent", "field_worker"):
        assert as_role(role).get("/desk/targets/").status_code == 403
    assert as_role("manager").get("/desk/targets/").status_code == 200
    assert as_role("manager").get("/desk/targets/new/").status_code == 403


def test_the_public_list_asks_the_same_number_of_times(client: Client, visits: OwnMeasure) -> None:
    def made(n: int) -> None:
        OwnMeasure.objects.create(key=f"m{n}", name={"en": f"M {n}"}, created_at=visits.created_at)
        Entry.objects.create(
            measure=f"m{n}", kind="month", period="2026-01", first=date(2026, 1, 1),
            last=date(2026, 1, 31), value=1, state="published", entered_at=visits.created_at,
        )  # fmt: skip
        Restatement.objects.create(
            what="figure", measure=f"m{n}", period="2026-01", unit="count", old=1, new=2,
            why={"en": "Late."}, at=visits.created_at,
        )  # fmt: skip

    made(0)
    client.get("/results/program/")
    counts = []
    for size in range(2):
        for n in range(1, 12 * size):
            made(n)
        with CaptureQueriesContext(connection) as asked:
            client.get("/results/program/")
            client.get("/results/changes/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
