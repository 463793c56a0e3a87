"""The words of the widget, in each language; they travel inside its script."""

from django.utils import translation
from django.utils.translation import gettext as _


def words_for(language: str) -> dict[str, str]:
    """Every word the widget shows."""
    with translation.override(language):
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
            "rate": _("Did this page help you?"),
            "r1": _("Not at all"),
            "r2": _("A little"),
            "r3": _("Partly"),
            "r4": _("Mostly"),
            "r5": _("Fully"),
            "why": _("What was missing, or what was good? (optional)"),
            "send": _("Send my rating"),
            "thanks": _("Thank you. We read every rating."),
            "choose": _("Please choose how well this page helped you."),
            "failed": _("That did not work. Please try again in a moment."),
        }
