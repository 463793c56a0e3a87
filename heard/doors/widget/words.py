"""The words of the widget, in each language; they travel inside its script."""

from django.utils import translation
from django.utils.translation import gettext as _

from heard.core.words import said
from heard.ui.forms import SATISFACTION
from heard.voice.instruments import asked_by, in_force, instrument
from heard.voice.models import Version

SURVEY = "page"  # the instrument whose words the widget asks
STEPS = len(SATISFACTION)


def asked_now() -> Version | None:
    """The version of the survey that the widget asks at present; None where it is switched off."""
    asks = instrument(SURVEY)
    version = in_force(asks) if asks is not None and asks.is_active else None
    return version if version is not None and asks_for_rating(version) else None


def asked_at(number: str) -> Version | None:
    """The version a reader saw; the present one where they do not say, or say nonsense."""
    now = asked_now()
    if now is None or not (number.isascii() and number.isdigit()) or len(number) > 6:
        return now
    seen = Version.objects.filter(
        instrument=now.instrument, number=int(number), published_at__isnull=False
    )
    return seen.select_related("instrument").first() or now


def asks_for_rating(version: Version) -> bool:
    """Whether a version asks what the widget can show: satisfaction, in five steps."""
    return any(one.key == "satisfaction" for one in asked_by(version))


def words_for(language: str, version: Version | None) -> dict[str, str]:
    """Every word the widget shows; without a version it asks for no rating."""
    with translation.override(language):
        return _words() | (_rating(version, language) if version is not None else {})


def _rating(version: Version, language: str) -> dict[str, str]:
    """The questions as the survey words them, and the scale."""
    words = {one.key: said(one.label, language) for one in asked_by(version)}
    steps = {f"r{step}": str(word) for step, word in enumerate(SATISFACTION, start=1)}
    return {"rate": words["satisfaction"], "why": words.get("comment", ""), **steps}


def _words() -> dict[str, str]:
    return {
        "open": _("Ask, report or rate"),
        "close": _("Close"),
        "title": _("How can we help?"),
        "ask": _("Ask a question"),
        "find": _("Find an answer"),
        "none": _("Nothing fits these words. A person can help you:"),
        "fits": _("This may help:"),
        "report": _("Report something"),
        "report_note": _("A hole, a lamp, a missed pickup: tell us, and follow it."),
        "person": _("Talk to a person"),
        "send": _("Send my rating"),
        "thanks": _("Thank you. We read every rating."),
        "choose": _("Please choose one of the five answers."),
        "failed": _("That did not work. Please try again in a moment."),
    }
