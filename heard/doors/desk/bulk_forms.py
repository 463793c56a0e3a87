"""The forms of work on many cases: which cases, and what each action asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.answers.replies import VARIABLES
from heard.cases.models import WORDS_LIMIT
from heard.core.words import said
from heard.doors.desk.bulk import ACTIONS, LIMIT, Bulk, Given
from heard.doors.desk.forms import STAFF_OUTCOMES, new_key
from heard.doors.desk.known import known
from heard.people.models import Staff
from heard.people.roles import may
from heard.ui.forms import Form

NOBODY = "nobody"
_VARIABLES = ", ".join(f"{{{name}}}" for name in VARIABLES if name != "due")


def offered_bulk(viewer: Staff) -> list[Bulk]:
    """The actions that the person's role allows."""
    return [bulk for bulk in ACTIONS.values() if may(viewer, bulk.ability)]


def read_seen(text: str) -> dict[int, int]:
    """Cases and their versions, from ``12:3,15:1``; what is no number is left out."""
    seen = {}
    for pair in text.split(",")[: LIMIT + 1]:
        pk, _colon, version = pair.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 10:
            seen[int(pk)] = int(version)
    return seen


def write_seen(seen: dict[int, int]) -> str:
    """The same, as a form carries it."""
    return ",".join(f"{pk}:{version}" for pk, version in seen.items())


class BulkForm(Form):
    """What every one carries: the cases as they were seen, and its key."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40 * LIMIT)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)

    def __init__(self, data: Any = None, *, viewer: Staff, seen: str = "") -> None:
        super().__init__(data, auto_id="bulk-%s", initial={"seen": seen})
        self.viewer = viewer
        self.fit()

    def fit(self) -> None:
        """Fit the fields to the person; nothing by default."""

    def given(self) -> Given:
        """What is kept with the run."""
        return {"words": self.cleaned_data.get("words", ""), "staff": self.viewer.name}

    def choose(self, name: str, first: list[Any], named: list[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*first, *named]


class AssignForm(BulkForm):
    """To whom?"""

    to = forms.ChoiceField(label=_("Who takes them?"))

    def fit(self) -> None:
        """Everyone who works cases, one's own division first; and nobody."""
        people = known().colleagues(self.viewer)
        first = [("", _("Choose a person")), (NOBODY, _("Nobody for now"))]
        self.choose("to", first, [(str(p.pk), p.name) for p in people])

    def given(self) -> Given:
        """The colleague by key and name."""
        chosen = self.cleaned_data["to"]
        if chosen == NOBODY:
            return {"to": None, "to_name": str(_("nobody yet"))}
        return {"to": int(chosen), "to_name": known().people[int(chosen)].name}


class MoveForm(BulkForm):
    """To which division, and why?"""

    division = forms.ChoiceField(label=_("To which division?"))
    words = forms.CharField(
        label=_("Why?"), help_text=_("The other division reads it in each case."),
        max_length=WORDS_LIMIT, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def fit(self) -> None:
        """Every division."""
        named = [(str(d.pk), said(d.name) or d.code) for d in known().divisions.values()]
        first = [("", _("Choose a division"))]
        self.choose("division", first, sorted(named, key=lambda pair: pair[1].casefold()))

    def given(self) -> Given:
        """The division by key and name."""
        pk = int(self.cleaned_data["division"])
        name = said(known().divisions[pk].name)
        return {**super().given(), "division": pk, "division_name": name}


class NoteForm(BulkForm):
    """Words among staff, the same in each case."""

    words = forms.CharField(
        label=_("Your note"), help_text=_("Only staff read it. The customers never do."),
        max_length=WORDS_LIMIT, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ReplyForm(BulkForm):
    """Words to the customers, with what differs filled in."""

    words = forms.CharField(
        label=_("Your words to the customers"), max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip

    def fit(self) -> None:
        """Say what can be filled in."""
        self.fields["words"].help_text = _(
            "Each gets their own letter. These are filled in: {names}."
        ).format(names=_VARIABLES)


class FinishForm(ReplyForm):
    """What came of them."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"), choices=[("", _("Choose")), *STAFF_OUTCOMES]
    )
    how = forms.ChoiceField(
        label=_("And then"), widget=forms.RadioSelect, initial="resolve",
        choices=[
            ("resolve", _("Resolve: the customer has 3 days to say it is not solved")),
            ("close", _("Close now")),
        ],
    )  # fmt: skip

    def given(self) -> Given:
        """Outcome, words and how."""
        chosen = {name: self.cleaned_data[name] for name in ("outcome", "how")}
        return {**super().given(), **chosen}


FORMS: dict[str, type[BulkForm]] = {
    "assign": AssignForm,
    "move": MoveForm,
    "note": NoteForm,
    "reply": ReplyForm,
    "finish": FinishForm,
}
