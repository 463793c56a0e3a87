"""The forms of this door."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.catalogue.choosing import ServiceField
from heard.doors.social.models import Source
from heard.mentions.models import Mention
from heard.mentions.services import LONGEST_ANSWER
from heard.ui.forms import FilterForm, Form, ModelForm

MOST_BYTES = 2_000_000  # of a file


class OnceForm(Form):
    """A form that may arrive twice."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)

    def once(self) -> str:
        """The idempotency key of this act."""
        return f"mention-act-{self.cleaned_data.get('key') or uuid.uuid4().hex}"


class AnswerForm(OnceForm):
    """A public answer under the post."""

    words = forms.CharField(
        label=_("Your public answer"),
        help_text=_("Everybody can read it. Name nobody, and ask for no address here."),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class JudgeForm(OnceForm):
    """Praise or complaint: a person decides."""

    tone = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=[each for each in Mention.Tone.choices if each[0]],
    )


class CaseForm(OnceForm):
    """A case from a mention, in the words of staff."""

    service = ServiceField()
    words = forms.CharField(
        label=_("What is needed, in your words"),
        help_text=_("The post itself stands beside the case, as long as its author leaves it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(label=_("Where?"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, ServiceField)
        field.offer()


class AsideForm(OnceForm):
    """It needs no answer: a button is enough."""


class FileForm(Form):
    """A file with mentions."""

    name = forms.CharField(
        label=_("Where do they come from?"), help_text=_("Such as Nextdoor, March"), max_length=60
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, at most 2 MB. Columns: id, at, text; also network, author, handle, url."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Not larger than what is read at once."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Please split it."))
        return file


class SourceForm(ModelForm):
    """A feed to read, or a bridge that calls us."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[each for each in Source.Kind.choices if each[0] != Source.Kind.MASTODON],
    )

    url = forms.URLField(
        label=_("Address of the feed"),
        help_text=_("Only for feeds: https://…/feed.xml"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = Source
        fields = ["kind", "name", "url"]
        labels = {"name": _("Name")}

    def clean(self) -> dict[str, Any]:
        """A feed needs its address, on the web."""
        given: dict[str, Any] = super().clean() or {}
        url = given.get("url") or ""
        if given.get("kind") == Source.Kind.FEED and not url.startswith(("http://", "https://")):
            self.add_error("url", _("Say the address of the feed, with https://"))
        return given


class MentionFilters(FilterForm):
    """Which mentions: those nobody has dealt with unless said otherwise."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("To look at")), ("all", _("All mentions")),
                 *[each for each in Mention.State.choices if each[0] != "new"]],
    )  # fmt: skip
    tone = forms.ChoiceField(
        label=_("Judged"),
        required=False,
        choices=[("", _("Any")), ("none", _("not judged")), *Mention.Tone.choices[1:]],
    )
    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
