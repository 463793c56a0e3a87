"""True scores known: do intervals keep their word, does weighting help, does the note warn?

Each town has 4,000 customers, some of whom answer. The true index is that of all of them.
"""

import numpy as np
import pytest

from heard_stats import AskedGroup, csat_index, nonresponse_bias, rake, top_box

SEED = 20261122
CUSTOMERS, TOWNS = 4000, 400
STEPS = np.arange(1, 6)
# The chance of each answer, worst first, by channel: those who phoned are less content.
MOODS = {"web": [0.05, 0.08, 0.12, 0.35, 0.40], "phone": [0.20, 0.18, 0.17, 0.25, 0.20]}


def town(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Answers (1-5) and channels (True: phone) of all customers."""
    phone = chance.random(CUSTOMERS) < 0.5
    scores = np.where(
        phone,
        chance.choice(STEPS, CUSTOMERS, p=MOODS["phone"]),
        chance.choice(STEPS, CUSTOMERS, p=MOODS["web"]),
    )
    return scores, phone


def index(scores: np.ndarray) -> float:
    return float((scores.mean() - 1) * 25)


def counts(scores: np.ndarray) -> list[int]:
    return [int((scores == step).sum()) for step in STEPS]


def groups(scores: np.ndarray, phone: np.ndarray, answered: np.ndarray) -> list[AskedGroup]:
    found = []
    for name, mine in (("phone", phone), ("web", ~phone)):
        heard = scores[mine & answered]
        mean = float((heard.mean() - 1) * 25) if len(heard) else None
        found.append(AskedGroup(name, int(mine.sum()), len(heard), mean))
    return found


@pytest.mark.parametrize("rate", [0.008, 0.03, 0.1])
def test_intervals_cover_as_often_as_they_claim_when_answering_is_by_chance(rate: float) -> None:
    chance = np.random.default_rng(SEED)
    held = tops = used = 0
    for _town in range(TOWNS):
        scores, _phone = town(chance)
        heard = scores[chance.random(CUSTOMERS) < rate]
        if not len(heard):
            continue
        used += 1
        found, best = csat_index(counts(heard)), top_box(counts(heard))
        assert None not in (found.low, found.high, best.low, best.high)
        held += (found.low or 0.0) <= index(scores) <= (found.high or 0.0)
        tops += (best.low or 0.0) <= (scores >= 4).mean() <= (best.high or 0.0)
    # 400 towns: a claim of 95% comes out between 92% and 98% but for one time in 200.
    assert 0.92 <= held / used <= 0.99
    assert 0.92 <= tops / used <= 0.99


def test_weighting_helps_where_groups_explain_who_answered() -> None:
    """Phone customers answer a third as often: the plain score is too good, the raked one right."""
    chance = np.random.default_rng(SEED + 1)
    plain: list[float] = []
    raked: list[float] = []
    for _town in range(60):
        scores, phone = town(chance)
        answered = chance.random(CUSTOMERS) < np.where(phone, 0.05, 0.15)
        rows = [{"channel": "phone" if one else "web"} for one in phone[answered]]
        share = float(phone.mean())
        weights = rake(rows, {"channel": {"phone": share, "web": 1 - share}}).weights
        assert weights is not None
        mine = (scores[answered] - 1) * 25
        plain.append(float(mine.mean()) - index(scores))
        raked.append(float(np.average(mine, weights=weights)) - index(scores))
    assert np.mean(plain) > 4
    assert abs(np.mean(raked)) < 0.5
    note = nonresponse_bias(groups(scores, phone, answered))
    assert note.bias == pytest.approx(np.mean(plain), abs=2.5)
    assert any("higher" in words for words in note.warnings)


def test_the_note_warns_where_weighting_cannot_help() -> None:
    """Who is content answers more often within every group: no weighting sees it."""
    chance = np.random.default_rng(SEED + 2)
    errors: list[float] = []
    warned = bounded = 0
    for _town in range(40):
        scores, phone = town(chance)
        answered = chance.random(CUSTOMERS) < 0.02 + 0.03 * scores
        note = nonresponse_bias(groups(scores, phone, answered))
        assert note.adjusted is not None
        errors.append(note.adjusted - index(scores))
        warned += any("weighting cannot repair" in words for words in note.warnings)
        assert note.lowest is not None
        assert note.highest is not None
        bounded += note.lowest <= index(scores) <= note.highest
    assert np.mean(errors) > 4  # adjusting by group leaves the score far too good…
    assert warned == 40  # …and every note says so,
    assert bounded == 40  # with limits that do hold the truth


def test_no_alarm_where_nearly_all_answer() -> None:
    chance = np.random.default_rng(SEED + 3)
    scores, phone = town(chance)
    note = nonresponse_bias(groups(scores, phone, chance.random(CUSTOMERS) < 0.97))
    assert not any("cannot repair" in words for words in note.warnings)
