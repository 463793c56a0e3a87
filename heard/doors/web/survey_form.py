"""The questions after a case: every one may be skipped, at least one is answered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.catalogue.asking import no_longer_than
from heard.ui.forms import EASE, SATISFACTION, Form, RatingField
from heard.voice.models import Response
from heard.voice.services import COMMENT_LIMIT, Answers

SOLVED = [
    (Response.Solved.YES, _("Yes")),
    (Response.Solved.PARTLY, _("Partly")),
    (Response.Solved.NO, _("No")),
]


class SurveyForm(Form):
    """Satisfaction, ease, solved, a comment, and who may read it."""

    mark = ""  # the page says once that every question may be skipped

    satisfaction = RatingField(
        SATISFACTION, label=_("How satisfied are you with how we handled this?"), required=False
    )
    ease = RatingField(
        EASE, looks="scale", label=_("How easy was it to get this done with us?"), required=False
    )
    solved = forms.ChoiceField(
        label=_("Is it solved?"), choices=SOLVED, widget=forms.RadioSelect, required=False
    )
    comment = forms.CharField(
        label=_("What should we know?"),
        help_text=_("What went well, what we should do better. Any language is fine."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[no_longer_than(COMMENT_LIMIT)],
    )
    may_share = forms.BooleanField(
        label=_("The people who helped me may read this"),
        help_text=_("Without your yes they see only the numbers of many answers together."),
        required=False,
    )

    def answers(self) -> Answers:
        """What was answered, for ``voice``."""
        given = self.cleaned_data
        return Answers(
            satisfaction=given["satisfaction"],
            ease=given["ease"],
            solved=given["solved"],
            comment=given["comment"],
            may_share=given["may_share"],
        )
