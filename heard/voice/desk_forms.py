"""Forms of the desk: surveys and their questions, places, reports, comments."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.core.text import clean, clean_line
from heard.core.words import Words
from heard.people.models import Division
from heard.places.models import Office
from heard.ui.forms import Form
from heard.voice.instruments import Rules
from heard.voice.models import Comment, Instrument, Version
from heard.voice.questions import (
    DRIVERS,
    KEY_LIMIT,
    KINDS,
    MOST_OPTIONS,
    Option,
    Question,
    questions_of,
)
from heard.voice.spots import Place
from heard.voice.themes import THEMES

LINE = 300
KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
WITH_OPTIONS = ("choice", "many", "matrix")


def _line(label: Any, **more: Any) -> forms.CharField:
    more.setdefault("required", False)
    return forms.CharField(label=label, max_length=LINE, **more)


def _both(given: dict[str, Any], name: str) -> Words:
    words = {code: clean_line(given.get(f"{name}_{code}") or "") for code in LANGUAGES}
    return {code: text for code, text in words.items() if text}


class QuestionForm(Form):
    """One question of the builder."""

    mark = ""
    key = forms.CharField(
        label=gettext_lazy("Short name for files"), max_length=KEY_LIMIT, required=False,
        help_text=gettext_lazy(
            "Small letters, such as satisfaction. Keep it from version to version."
        ),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KINDS.items()))
    label_en = _line(gettext_lazy("Question in English"))
    label_es = _line(gettext_lazy("Question in Spanish"))
    hint_en = _line(gettext_lazy("Hint in English"))
    hint_es = _line(gettext_lazy("Hint in Spanish"))
    options = forms.CharField(
        label=gettext_lazy("Answers or rows"), required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line: short_name | English | Spanish"),
    )  # fmt: skip
    offers = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons offered (for trust)"), required=False,
        choices=list(DRIVERS.items()), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    place = forms.IntegerField(
        label=gettext_lazy("Place in the survey"), min_value=1, max_value=99, required=False
    )
    remove = forms.BooleanField(label=gettext_lazy("Take this question out"), required=False)

    def clean_key(self) -> str:
        """A name that files and statistics programs take."""
        key = str(self.cleaned_data["key"]).strip().lower()
        if key and not KEY.match(key):
            raise forms.ValidationError(
                _("Begin with a letter; use small letters, digits and underscores.")
            )
        return key

    def clean_options(self) -> tuple[Option, ...]:
        """The lines as options."""
        found = []
        for number, line in enumerate(clean(self.cleaned_data["options"]).splitlines(), start=1):
            parts = [part.strip() for part in line.split("|")]
            if not line.strip():
                continue
            if len(parts) != 3 or not all(parts) or not KEY.match(parts[0]):
                raise forms.ValidationError(
                    _("Line {n}: write short_name | English | Spanish.").format(n=number)
                )
            found.append(Option(parts[0], {"en": parts[1][:LINE], "es": parts[2][:LINE]}))
        keys = [option.key for option in found]
        if len(keys) != len(set(keys)):
            raise forms.ValidationError(_("Two lines have the same short name."))
        if len(found) > MOST_OPTIONS:
            raise forms.ValidationError(_("No more than {n} lines.").format(n=MOST_OPTIONS))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """A question that is begun has a name."""
        given = super().clean() or self.cleaned_data
        stays = self.is_begun and not given.get("remove")
        if stays and not given.get("key") and "key" not in self.errors:
            self.add_error("key", _("Give the question a short name."))
        return given

    @property
    def is_begun(self) -> bool:
        """Whether anything was written into it."""
        return any(self.cleaned_data.get(n) for n in ("key", "label_en", "label_es", "options"))

    def question(self) -> Question | None:
        """The question, or None where it is empty or taken out."""
        given = self.cleaned_data
        if given.get("remove") or not self.is_begun:
            return None
        kind = given["kind"]
        return Question(
            key=given["key"], kind=kind, label=_both(given, "label"), hint=_both(given, "hint"),
            options=given["options"] if kind in WITH_OPTIONS else (),
            offers=tuple(given["offers"]) if kind == "trust" else (),
        )  # fmt: skip


def initial_of(one: Question, place: int) -> dict[str, Any]:
    """A question as the builder shows it."""
    lines = [f"{o.key} | {o.label.get('en', '')} | {o.label.get('es', '')}" for o in one.options]
    return {
        "key": one.key, "kind": one.kind, "options": "\n".join(lines), "place": place,
        "offers": list(one.offers or (DRIVERS if one.kind == "trust" else ())),
        **{f"label_{code}": one.label.get(code, "") for code in LANGUAGES},
        **{f"hint_{code}": one.hint.get(code, "") for code in LANGUAGES},
    }  # fmt: skip


class HeadForm(Form):
    """What stands around the questions."""

    mark = ""
    heading_en = _line(gettext_lazy("Heading in English"))
    heading_es = _line(gettext_lazy("Heading in Spanish"))
    intro_en = _line(gettext_lazy("First sentence in English"))
    intro_es = _line(gettext_lazy("First sentence in Spanish"))
    thanks_en = _line(gettext_lazy("Thanks in English"))
    thanks_es = _line(gettext_lazy("Thanks in Spanish"))

    def words(self) -> dict[str, Words]:
        """By part."""
        return {part: _both(self.cleaned_data, part) for part in ("heading", "intro", "thanks")}


def head_initial(version: Version | None) -> dict[str, str]:
    """The head of a version as the builder shows it."""
    if version is None:
        return {}
    return {
        f"{part}_{code}": getattr(version, part).get(code, "")
        for part in ("heading", "intro", "thanks")
        for code in LANGUAGES
    }


class RulesForm(Form):
    """When and whom a survey asks."""

    mark = "required"
    name_en = _line(gettext_lazy("Name in English"), required=True)
    name_es = _line(gettext_lazy("Name in Spanish"), required=True)
    occasion = forms.ChoiceField(
        label=gettext_lazy("When it is asked"), choices=Instrument.Occasion.choices
    )
    is_active = forms.BooleanField(label=gettext_lazy("It is being asked"), required=False)
    open_page = forms.BooleanField(
        label=gettext_lazy("It also has a page that is always open"), required=False
    )
    sampling_share = forms.IntegerField(
        label=gettext_lazy("Of a hundred, how many are asked"), min_value=0, max_value=100,
        initial=100,
        help_text=gettext_lazy(
            "The draw is fixed by the thing asked about: trying again changes nothing."
        ),
    )  # fmt: skip
    monthly_quota = forms.IntegerField(
        label=gettext_lazy("At most so many in a month"), min_value=1, max_value=1_000_000,
        required=False,
    )  # fmt: skip
    recontact_days = forms.IntegerField(
        label=gettext_lazy("Days before the same person is asked this again"), min_value=0,
        max_value=3650, initial=0,
    )  # fmt: skip

    def rules(self) -> Rules:
        """As ``voice`` takes them."""
        given = self.cleaned_data
        return Rules(
            name=_both(given, "name"), occasion=given["occasion"], is_active=given["is_active"],
            open_page=given["open_page"], sampling_share=given["sampling_share"],
            monthly_quota=given["monthly_quota"], recontact_days=given["recontact_days"],
        )  # fmt: skip


class NewSurveyForm(RulesForm):
    """The same with the name it goes by in files and addresses."""

    code = forms.SlugField(
        label=gettext_lazy("Short name for files"), max_length=KEY_LIMIT,
        help_text=gettext_lazy("Small letters, such as permits. It cannot be changed later."),
    )  # fmt: skip
    field_order = ["code"]


class SpotForm(Form):
    """A place where people may answer."""

    mark = "required"
    code = forms.SlugField(
        label=gettext_lazy("Short name in the address"), max_length=40,
        help_text=gettext_lazy("It is printed on the poster: /rate/city-hall/"),
    )  # fmt: skip
    name_en = _line(gettext_lazy("Name in English"), required=True)
    name_es = _line(gettext_lazy("Name in Spanish"), required=True)
    instrument = forms.ModelChoiceField(
        label=gettext_lazy("What is asked"), queryset=Instrument.objects.filter(is_active=True)
    )
    division = forms.ModelChoiceField(
        label=gettext_lazy("Whose place it is"), queryset=Division.objects.all(), required=False
    )
    office = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Office.objects.all(), required=False
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("It takes answers"), required=False, initial=True
    )

    def place(self) -> Place:
        """As ``voice`` takes it."""
        given = self.cleaned_data
        return Place(
            name=_both(given, "name"), instrument=given["instrument"],
            division=given["division"], office=given["office"], is_active=given["is_active"],
        )  # fmt: skip


class ReviewForm(Form):
    """The verdict on a comment."""

    mark = ""
    masked = forms.CharField(
        label=gettext_lazy("The words as everybody may read them"),
        widget=forms.Textarea(attrs={"rows": 5}), required=False,
        help_text=gettext_lazy("Take out whatever shows who wrote it or whom they mean."),
    )  # fmt: skip
    mood = forms.ChoiceField(
        label=gettext_lazy("Mood"), choices=Comment.Mood.choices, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=list(THEMES.items()),
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    reply = forms.CharField(
        label=gettext_lazy("Our reply, published with it"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    sure = forms.BooleanField(
        label=gettext_lazy("What still looks like a name or number is none"), required=False
    )
    why_held = _line(gettext_lazy("Why it is kept inside (only where it is)"))


def questions_in(version: Version | None) -> tuple[Question, ...]:
    """The questions of a version, none where there is no version."""
    return questions_of(version.questions) if version else ()
