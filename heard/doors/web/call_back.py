"""Asking to be called: who, when, in which language, and about what."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.catalogue.asking import no_longer_than
from heard.contacts.calls import Wish, ask_for_call, windows_offered
from heard.contacts.models import WORDS_LIMIT, CallBack, Window
from heard.core import clock
from heard.core.actors import Actor
from heard.core.text import clean_line
from heard.doors.web.forms import OnceForm
from heard.people.keys import MOST_DIGITS, phone_number

FEWEST = 7  # digits of a number somebody can dial


class CallForm(OnceForm):
    """A number, a time, a language; the rest need not be said."""

    phone = forms.CharField(
        label=gettext_lazy("Your phone number"),
        validators=[no_longer_than(200)],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        error_messages={"required": gettext_lazy("To call you, we need your phone number.")},
    )
    window = forms.ChoiceField(
        label=gettext_lazy("When may we call?"), widget=forms.RadioSelect, initial=Window.SOON
    )
    call_language = forms.ChoiceField(
        label=gettext_lazy("In which language?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        validators=[no_longer_than(120)],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    words = forms.CharField(
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("A few words, so that the right person calls."),
        required=False,
        validators=[no_longer_than(WORDS_LIMIT)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Filled in by machines alone; people never see it.
    website = forms.CharField(required=False, label=gettext_lazy("Please leave this empty"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = windows_offered(clock.now())
        field = self.fields["window"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(value, label) for value, label in Window.choices if value in offered]

    def clean_phone(self) -> str:
        """A number that can be dialled, however it is written."""
        phone = clean_line(self.cleaned_data["phone"])
        digits = len(phone_number(phone))
        if digits > MOST_DIGITS:
            raise forms.ValidationError(
                _(
                    "That number has {n} digits. A phone number has at most {most}. "
                    "Please check it."
                ).format(n=digits, most=MOST_DIGITS)
            )
        if digits < FEWEST or len(phone) > 40:
            raise forms.ValidationError(
                _("Please check the phone number. Write it with its area code: 303-555-0100.")
            )
        return phone

    def ask(self) -> CallBack:
        """Keep the wish, once. May raise ``Refused`` with the field to mend."""
        given = self.cleaned_data
        wish = Wish(
            phone=given["phone"],
            name=given["name"],
            language=given["call_language"],
            words=given["words"],
            window=given["window"],
        )
        return ask_for_call(wish, actor=Actor("customer", name="anonymous"), key=self.once("call"))
