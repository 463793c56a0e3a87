"""The forms about who is the same person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.people.models import Sameness
from heard.ui.forms import FilterForm, Form


class ConfirmForm(Form):
    """How a colleague knows."""

    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_("Such as: she told me both addresses on the phone."),
        max_length=500,
    )


class SendCodeForm(Form):
    """Where the code goes."""

    to = forms.ChoiceField(
        label=_("Send the code to"),
        widget=forms.RadioSelect,
        choices=[("keeps", ""), ("other", "")],
    )

    def offer(self, row: Sameness) -> None:
        """Name the addresses there are."""
        both = {"keeps": row.keeps, "other": row.other}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (name, who.email or who.phone) for name, who in both.items() if who.email or who.phone
        ]


class CodeForm(Form):
    """The code as they told it."""

    code = forms.CharField(
        label=_("The code they told you"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class RefuseForm(Form):
    """Why they are two people."""

    reason = forms.CharField(label=_("Why? (optional)"), required=False, max_length=500)

    mark = ""


class SplitForm(Form):
    """Why they are two people after all."""

    reason = forms.CharField(label=_("Why are they two people after all?"), max_length=500)


class ProposeForm(Form):
    """The other one, by number in their page's address, email or phone."""

    who = forms.CharField(label=_("Email or phone number of the other one"), max_length=254)


class SamenessFilters(FilterForm):
    """Which proposals: those to decide unless said otherwise."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("To decide")), *Sameness.State.choices[1:]],
    )
