"""A rule tried on the cases of a real city, checked against its file. Called where it is loaded."""

import re
from datetime import UTC, datetime

import pandas as pd
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.cases.models import Case
from heard.core.actors import SYSTEM
from heard.people.models import Division
from heard.routing import trial
from heard.routing.models import Routed
from heard.routing.services import Said, switch_on, write_rule

SINCE, UNTIL = datetime(2011, 7, 1, 4, tzinfo=UTC), datetime(2011, 11, 1, 4, tzinfo=UTC)
RATS = re.compile(r"\b(rodent|rats?|mice)\b", re.IGNORECASE)


def rules_on_boston(boston: pd.DataFrame) -> None:
    """What a draft would have done with four months of Boston, before it is switched on."""
    before = list(Case.objects.order_by("pk").values_list("pk", "division", "version")[:2000])
    largest = Case.objects.order_by().values_list("division", flat=True)
    counts = pd.Series(list(largest)).value_counts()
    target = Division.objects.get(pk=int(counts.index[0]))
    rats = Said("Rats", words=("rodent", "rat", "rats", "mice"), division=target)
    rest = Said("Phone at night", channels=("phone",), hours="closed", give="on_call")
    draft = write_rule(rats, actor=SYSTEM)
    live = write_rule(rest, actor=SYSTEM)
    switch_on(live, actor=SYSTEM)
    made = trial.ask([draft, live], since=SINCE, until=UNTIL, actor=SYSTEM)
    with CaptureQueriesContext(connection) as asked:
        trial.advance(made, seconds=300)
    assert made.finished_at is not None
    assert made.done == made.total == len(boston)
    # Read in stretches: a few queries for every 4,000 cases, none for a case.
    assert len(asked) < 10 * (len(boston) // trial.CHUNK + 2)
    titles = boston["case_title"].fillna("")
    expected = titles.map(lambda title: bool(RATS.search(title.replace("_", " "))))
    row = made.tally["rules"][str(draft.pk)]
    assert row["matched"] == int(expected.sum()) > 100
    went = boston["division"][expected].value_counts()
    names = dict(Division.objects.values_list("code", "pk"))
    by_rats = {f"{names[str(code)]}>{target.pk}": int(n) for code, n in went.items()}
    flows = made.tally["flows"]
    assert all(flows[pair] >= n for pair, n in by_rats.items())
    elsewhere = sum(n for pair, n in by_rats.items() if pair != f"{target.pk}>{target.pk}")
    assert made.tally["away"] >= elsewhere > 100
    assert not Routed.objects.exists()
    after = list(Case.objects.order_by("pk").values_list("pk", "division", "version")[:2000])
    assert before == after
