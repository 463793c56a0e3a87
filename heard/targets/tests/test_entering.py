"""A figure takes two people; what was published and changes is listed."""

from typing import Any

import pytest

from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.models import AuditRow
from heard.measures.models import Result
from heard.targets.entering import Draft, change, enter, publish, restate, review
from heard.targets.models import Entry, OwnMeasure, Restatement
from heard.targets.reads import of_own_measure, own_measure
from heard.targets.restating import notice
from heard.targets.values import Given
from heard_stats import share

pytestmark = pytest.mark.django_db
WORDS = {"en": "The roof leaked.", "es": "Hubo goteras."}


def draft(
    period: str = "2026-04", x: float | None = 80, n: float | None = 100, **more: Any
) -> Draft:
    usual: dict[str, Any] = {
        "measure": "visits", "period": period, "given": Given(x, n), "narrative": WORDS,
        "evidence": "https://city.example/visits.pdf",
    }  # fmt: skip
    return Draft(**(usual | more))


def published(entry: Entry, by: Any) -> Entry:
    entry = review(entry, seen=entry.version, actor=by)
    return publish(entry, seen=entry.version, actor=by)


def test_the_whole_way(visits: OwnMeasure, lead: Any, other: Any) -> None:
    entry = enter(draft(), actor=lead)
    assert (entry.value, entry.low, entry.n) == (0.8, share(80, 100).low, 100)
    assert own_measure("visits") is None  # nothing is public before it is published
    with pytest.raises(Refused, match="reviewed by somebody before"):
        publish(entry, seen=entry.version, actor=other)
    entry = published(entry, other)
    assert entry.state == "published"
    found = of_own_measure(visits)
    assert [point.value for point in found.course.points] == [0.8]
    assert found.narrative is not None
    assert found.narrative.narrative == WORDS
    verbs = list(AuditRow.objects.filter(about_kind="entry").values_list("verb", flat=True))
    assert verbs == ["figure.published", "figure.reviewed", "figure.entered"]


def test_who_enters_cannot_approve(visits: OwnMeasure, lead: Any, other: Any, staff: Any) -> None:
    entry = enter(draft(), actor=lead)
    with pytest.raises(NotAllowed, match="cannot approve it"):
        review(entry, seen=entry.version, actor=lead)
    entry = review(entry, seen=entry.version, actor=other)
    with pytest.raises(NotAllowed, match="cannot approve it"):
        publish(entry, seen=entry.version, actor=lead)
    # Whoever changes it last becomes the one who entered it.
    entry = change(entry, draft(x=81), seen=entry.version, actor=other)
    assert entry.state == "draft"
    with pytest.raises(NotAllowed, match="cannot approve it"):
        review(entry, seen=entry.version, actor=other)
    with pytest.raises(NotAllowed, match="role may not"):
        review(entry, seen=entry.version, actor=staff("manager").as_actor())
    with pytest.raises(NotAllowed, match="role may not"):
        enter(draft("2026-03"), actor=staff("agent").as_actor())


def test_an_old_page_approves_nothing(visits: OwnMeasure, lead: Any, other: Any) -> None:
    entry = enter(draft(), actor=lead)
    seen = entry.version
    change(entry, draft(x=10), seen=seen, actor=lead)
    with pytest.raises(ChangedMeanwhile):
        review(entry, seen=seen, actor=other)


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"n": 0}, "denominator is zero", "denominator"),
        ({"x": 101}, "cannot be larger than the whole", "numerator"),
        ({"x": -1}, "cannot be larger than the whole", "numerator"),
        ({"n": None}, "Give both", "denominator"),
        ({"x": None, "n": None}, "Give the figure", "value"),
        ({"given": Given(80, 100, 0.9)}, "not the numerator divided", "value"),
        ({"given": Given(value=1.04)}, "between 0 and 100", "value"),
        ({"evidence": " "}, "where the figure comes from", "evidence"),
        ({"period": ""}, "which period", "period"),
        ({"period": "2026-08"}, "has not begun", "period"),
        ({"period": "2026-Q1"}, "Write 2026-05", "period"),
    ],
)
def test_what_is_refused(
    visits: OwnMeasure, lead: Any, values: dict[str, Any], words: str, field: str
) -> None:
    with pytest.raises(Refused, match=words) as error:
        enter(draft(**values), actor=lead)
    assert error.value.field == field
    assert not Entry.objects.exists()


def test_a_restatement_is_listed(visits: OwnMeasure, lead: Any, other: Any) -> None:
    entry = published(enter(draft(), actor=lead), other)
    with pytest.raises(Refused, match="is restated"):
        change(entry, draft(x=85), seen=entry.version, actor=lead)
    with pytest.raises(Refused, match="Say why"):
        restate(entry, draft(x=85), reason={}, actor=lead)
    new = restate(entry, draft(x=85), reason={"en": "Two branches were missing."}, actor=lead)
    with pytest.raises(Refused, match="already on its way"):
        restate(entry, draft(x=86), reason={"en": "Again."}, actor=lead)
    assert [p.value for p in of_own_measure(visits).course.points] == [0.8]  # the old one stands
    published(new, other)
    told = Restatement.objects.get()
    assert (told.period, told.old, told.new) == ("2026-04", 0.8, 0.85)
    assert told.why["en"] == "Two branches were missing."
    assert [p.value for p in of_own_measure(visits).course.points] == [0.85]
    entry.refresh_from_db()
    assert entry.state == "replaced"


def test_words_on_a_computed_figure_keep_what_they_were_said_of(lead: Any, other: Any) -> None:
    words = Draft("on_time", "2026-04", statistic="closed", narrative=WORDS)
    entry = review(enter(words, actor=lead), seen=1, actor=other)
    with pytest.raises(Refused, match="no figure for this period yet"):
        publish(entry, seen=entry.version, actor=other)
    row = Result.objects.create(
        measure="on_time", statistic="closed", definition=1, period="2026-04", by="all",
        group="all", n=100, value=0.9, low=0.8, high=0.95,
    )  # fmt: skip
    publish(entry, seen=entry.version, actor=other)
    assert notice() == 0
    row.value = 0.88
    row.save()
    assert notice() == 1
    assert notice() == 0  # once
    told = Restatement.objects.get()
    assert (told.measure, told.old, told.new) == ("on_time", 0.9, 0.88)
    assert "Se contó de nuevo" in told.why["es"]


def test_once_per_key(visits: OwnMeasure, lead: Any) -> None:
    first = enter(draft(), actor=lead, key="k")
    assert enter(draft(), actor=lead, key="k").pk == first.pk
    with pytest.raises(Refused, match="already is a figure"):
        enter(draft(), actor=lead)
