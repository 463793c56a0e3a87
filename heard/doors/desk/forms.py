"""The small forms of the case page, one for each thing staff do."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT, Case, Outcome
from heard.cases.states import State, may_change
from heard.cases.understanding import LONGEST
from heard.core.words import said
from heard.doors.desk.known import known
from heard.people.models import Division, Staff
from heard.ui.forms import Form

STAFF_OUTCOMES = [pair for pair in Outcome.choices if pair[0] != Outcome.WITHDRAWN]


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def new_key() -> str:
    """A fresh idempotency key for a form about to be shown."""
    return uuid.uuid4().hex


class ActionForm(Form):
    """What every action carries: its key, and the case as its page showed it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, case: Case, viewer: Staff, name: str) -> None:
        super().__init__(
            data,
            auto_id=f"{name}-%s",
            initial={"version": case.version, "seen_at": case.changed_at.isoformat()},
        )
        self.case = case
        self.viewer = viewer
        self.fit()

    def fit(self) -> None:
        """Fit the fields to the case and the person; nothing by default."""

    def typed(self) -> list[tuple[str, str]]:
        """What was written, by label, so that it can be shown where the form no longer is."""
        told = []
        for bound in self.visible_fields():
            value = bound.value()
            if isinstance(bound.field, forms.CharField) and value:
                told.append((str(bound.label), str(value)))
        return told


class JustDoIt(ActionForm):
    """An action that asks nothing: take the case, start work."""


class UnderstandForm(ActionForm):
    """One plain sentence: what does the customer need?"""

    words = forms.CharField(
        label=_("What we understood, in one sentence"),
        help_text=_("Begin with “You…”. The customer reads it and says whether it is right."),
        max_length=LONGEST,
        widget=_area(2),
    )


class ReplyForm(ActionForm):
    """Words to the customer."""

    words = forms.CharField(
        label=_("Your words to the customer"), max_length=WORDS_LIMIT, widget=_area()
    )
    wait = forms.BooleanField(label=_("I asked something: wait for the answer"), required=False)

    def fit(self) -> None:
        """Offer to wait only where the life cycle allows it."""
        if not may_change(self.case.state, State.WAITING, "staff"):
            del self.fields["wait"]


class NoteForm(ActionForm):
    """Words among staff."""

    words = forms.CharField(
        label=_("Your note"),
        help_text=_(
            "Only staff read it. The customer never does. Write @ and a colleague’s name to tell "
            "them."
        ),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "data-mentions": "yes"}),
    )


class AssignForm(ActionForm):
    """Give the case to a colleague."""

    to = forms.ChoiceField(label=_("Who takes it?"))

    def fit(self) -> None:
        """Everyone who works cases, the case's division first; and nobody."""
        self.people = {str(p.pk): p for p in known().colleagues(self.viewer)}
        near = [p for p in self.people.values() if p.division_id == self.case.division_id]
        far = [p for p in self.people.values() if p.division_id != self.case.division_id]
        choices: list[Any] = [("", _("Choose a person")), ("nobody", _("Nobody for now"))]
        for label, people in ((str(self.case.division), near), (_("Other divisions"), far)):
            if people:
                choices.append((label, [(str(p.pk), p.name) for p in people]))
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def chosen(self) -> Staff | None:
        """The colleague; None for nobody."""
        return self.people.get(self.cleaned_data["to"])


class MoveForm(ActionForm):
    """Hand the case to another division."""

    division = forms.ChoiceField(label=_("To which division?"))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The other division reads it. The customer keeps the promise and the contact."),
        max_length=WORDS_LIMIT,
        widget=_area(2),
    )

    def fit(self) -> None:
        """Every other division."""
        others = known().divisions.values()
        self.divisions = {d.code: d for d in others if d.pk != self.case.division_id}
        named = sorted((said(d.name) or code, code) for code, d in self.divisions.items())
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a division")), *[(code, name) for name, code in named]]

    def chosen(self) -> Division:
        """The other division."""
        return self.divisions[self.cleaned_data["division"]]


class FinishForm(ActionForm):
    """The work is done, or there is nothing to do."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"), choices=[("", _("Choose")), *STAFF_OUTCOMES]
    )
    words = forms.CharField(
        label=_("What was done, in plain words"),
        help_text=_("The customer reads it."),
        max_length=WORDS_LIMIT,
        widget=_area(3),
    )
    how = forms.ChoiceField(
        label=_("And then"),
        widget=forms.RadioSelect,
        initial="resolve",
        choices=[
            ("resolve", _("Resolve: the customer has 3 days to say it is not solved")),
            ("close", _("Close now")),
        ],
    )

    def fit(self) -> None:
        """A case that is resolved already can only be closed."""
        if not may_change(self.case.state, State.RESOLVED, "staff"):
            self.fields["how"].initial = "close"
            self.fields["how"].required = False
            self.fields["how"].widget = forms.HiddenInput()


class DeclineForm(ActionForm):
    """Say no."""

    words = forms.CharField(
        label=_("Why not, and where can they turn?"),
        help_text=_("The customer reads it."),
        max_length=WORDS_LIMIT,
        widget=_area(3),
    )


class HandOverForm(ActionForm):
    """Another body has it."""

    words = forms.CharField(
        label=_("Who has it now, and how can the customer reach them?"),
        help_text=_("The customer reads it."),
        max_length=WORDS_LIMIT,
        widget=_area(3),
    )


class DecideForm(ActionForm):
    """Answer a wish to reopen."""

    decision = forms.ChoiceField(
        label=_("Reopen the case?"),
        widget=forms.RadioSelect,
        choices=[("reopen", _("Yes, reopen it")), ("refuse", _("No, it stays as it is"))],
    )
    answer = forms.CharField(
        label=_("Your answer to the customer"),
        help_text=_("Say why. The customer reads it."),
        max_length=WORDS_LIMIT,
        widget=_area(3),
    )


class ReopenForm(ActionForm):
    """Staff reopen of their own accord."""

    reason = forms.CharField(
        label=_("Why is it reopened?"), max_length=WORDS_LIMIT, widget=_area(2)
    )
