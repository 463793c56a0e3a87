"""Something of the room of voice for every argument of its addresses."""

from typing import Any


def voice_things(case: Any, staff: Any) -> dict[str, Any]:
    """A survey with a draft, a place, an alert and a comment."""
    from heard.core.actors import SYSTEM
    from heard.core.references import link_secret
    from heard.microdata.codebook import Options
    from heard.microdata.services import About, bring_in
    from heard.voice.instruments import (
        Draft,
        Rules,
        asked_by,
        draft,
        in_force,
        instrument,
        keep_instrument,
        publish,
    )
    from heard.voice.models import Spot
    from heard.voice.services import Answers, Subject, answer, invite

    closing = instrument("closing")
    assert closing is not None
    force = in_force(closing)
    assert force is not None
    content = Draft(asked_by(force))
    open_one = keep_instrument(
        "open-one", Rules(name={"en": "Open"}, occasion="open", open_page=True), actor=SYSTEM
    )
    publish(draft(open_one, content, actor=SYSTEM), actor=SYSTEM)
    draft(closing, content, actor=SYSTEM)
    spot = Spot.objects.create(code="hall-door", name={"en": "Hall"}, instrument=closing)
    row = invite(Subject("visit:1", division="streets"), customer=None, language="en", actor=SYSTEM)
    assert row is not None
    given = answer(row, Answers(satisfaction=1, comment="Slow, call 303-555-0142."), actor=SYSTEM)
    waiting = invite(Subject("visit:2"), customer=None, language="en", actor=SYSTEM)
    assert waiting is not None
    secret = link_secret("kiosk", spot.pk)
    bring_in(
        About("wave-one", "Residents", "2025"),
        data=b"id,parks,area\n"
        + b"".join(b"%d,%d,A%d\n" % (n, n % 5 + 1, n % 2) for n in range(40)),
        book=b"column,wording\nparks,Parks\n",
        options=Options(),
        actor=SYSTEM,
    )
    return {
        "microdata.code": "wave-one",
        "microdata:question.column": "parks",
        "voice:survey.code": "closing", "voice:draft.code": "closing",
        "voice:preview.code": "closing", "voice:publish.code": "closing",
        "voice:drop.code": "closing", "voice:paper.code": "closing",
        "voice:survey_results.code": "closing", "voice:survey_results_csv.code": "closing",
        "voice:place.code": "hall-door", "voice:printed.code": "hall-door",
        "voice:printed.size": "poster", "voice:export.form": "csv",
        "voice:settle.pk": given.alert.pk, "voice:comment.pk": given.review.pk,
        "voice:phone.reference": waiting.reference, "voice:division.code": "streets",
        "said:division.code": "streets", "rate:open.code": "open-one",
        "rate:open_thanks.code": "open-one", "rate.code": "hall-door", "rate.secret": secret,
        "web:first_answer.reference": waiting.reference,
        "web:first_answer.secret": link_secret("invitation", waiting.pk),
        "web:stop_surveys.reference": waiting.reference,
        "web:stop_surveys.secret": link_secret("invitation", waiting.pk),
    }  # fmt: skip
