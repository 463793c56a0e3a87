"""The notes under a score: who is missing, and what that may mean, in plain words."""

from django.utils.translation import gettext as _

from heard.ui.telling import number, share
from heard.voice.reports.funnel import Missing
from heard_stats import SMALL_NUMBER

TOLERANCE = 2.0  # points of the index; what nonresponse_bias warns of by default
LIKELY_LINK = 0.1
MOST_NAMED = 4


def bias_notes(found: Missing) -> list[str]:
    """What a reader must know before trusting the score; nothing where all is well."""
    bias = found.bias
    if not bias.answered:
        return []
    notes = []
    if found.silent:
        named = ", ".join(found.silent[:MOST_NAMED])
        notes.append(
            _("Nobody answered from: {groups}. The score does not speak for them.").format(
                groups=named
            )
        )
    if bias.bias is not None and abs(bias.bias) >= TOLERANCE:
        words = (
            _("The score is {points} points higher than with every group in its true share.")
            if bias.bias > 0
            else _("The score is {points} points lower than with every group in its true share.")
        )
        notes.append(words.format(points=number(abs(bias.bias), 1)))
    elif bias.p_value is not None and bias.p_value < 0.05:
        notes.append(
            _(
                "Some groups answered less often than others. Counted at their true share, the "
                "score would be much the same."
            )
        )
    if bias.enough_link is not None and bias.enough_link < LIKELY_LINK:
        notes.append(
            _(
                "{rate} answered. If satisfied people answer a little more readily than others, "
                "the true score is {points} points lower or more. These numbers cannot show "
                "whether that is so."
            ).format(rate=share(bias.response_rate), points=number(TOLERANCE))
        )
    return notes


def small_note() -> str:
    """Why a number is not shown."""
    return _("Fewer than {n} answers: a number would speak of persons, not of a service.").format(
        n=SMALL_NUMBER
    )
