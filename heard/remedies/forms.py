"""The forms of remedies: giving one, answering a wish, and the table of who may do what."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT
from heard.core.words import said
from heard.core.words_form import WordsFormField
from heard.people.models import Division, Role, Staff
from heard.people.roles import ABILITIES
from heard.remedies.models import Authority, Kind
from heard.remedies.reads import Offer
from heard.ui.forms import FilterForm, Form

MONEY = re.compile(r"\d{1,7}(?:\.\d{1,2})?")
GIVING = [(r.value, r.label) for r in Role if "work cases" in ABILITIES[r.value]]


def new_key() -> str:
    """An idempotency key for a form that is about to be shown."""
    return uuid.uuid4().hex


class MoneyField(forms.CharField):
    """Dollars and cents as people write them (``$1,250.00``); gives whole cents, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 14)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The cents of the amount."""
        typed = super().clean(value)
        plain = re.sub(r"[\s$]", "", typed).replace(",", "") if typed else ""
        if not plain:
            return None
        if not MONEY.fullmatch(plain):
            raise ValidationError(_("Write dollars and cents, as 20 or 12.50."))
        whole, _point, part = plain.partition(".")
        return int(whole) * 100 + int((part or "0").ljust(2, "0"))

    def prepare_value(self, value: Any) -> Any:
        """Cents as they are typed."""
        if isinstance(value, int):
            return f"{value // 100}.{value % 100:02d}"
        return value


class RemedyForm(Form):
    """Make it right: what, how much, and why."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    kind = forms.ChoiceField(label=_("What do you do for the customer?"))
    cents = MoneyField(
        label=_("How much, in dollars"), required=False, help_text=_("Only where it is money.")
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only staff read it. Tell the customer in your reply."),
    )

    def __init__(self, data: Any = None, *, offers: list[Offer]) -> None:
        super().__init__(data, auto_id="remedy-%s")
        self.kinds = {offer.kind.code: offer.kind for offer in offers}
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        now = [(o.kind.code, str(o.kind)) for o in offers if o.may_give]
        asked = [(o.kind.code, str(o.kind)) for o in offers if not o.may_give]
        field.choices = [("", _("Choose")), *now]
        if asked:
            field.choices = [("", _("Choose")), *now, (_("A manager has to allow these"), asked)]

    def values(self) -> dict[str, Any]:
        """What the verb is given."""
        given: dict[str, Any] = self.cleaned_data
        return {
            "kind": self.kinds[given["kind"]],
            "cents": given["cents"] or 0,
            "reason": given["reason"],
            "key": given["key"],
        }


class AnswerForm(Form):
    """The answer to a colleague's wish."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    answer = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you decline; your colleague reads it."),
    )


class LineForm(Form):
    """What a role, or one person, may do of a kind."""

    mark = "optional"
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    kind = forms.ChoiceField(label=_("What"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    staff = forms.ChoiceField(
        label=_("or one person"), required=False,
        help_text=_("Their own line stands for that of their role."),
    )  # fmt: skip
    case_cents = MoneyField(label=_("Most money per case"), required=False)
    case_times = forms.IntegerField(
        label=_("How often per case"), required=False, min_value=0, max_value=1000
    )
    day_cents = MoneyField(label=_("Most money per person and day"), required=False)
    day_times = forms.IntegerField(
        label=_("How often per person and day"), required=False, min_value=0, max_value=1000
    )
    reason = forms.CharField(
        label=_("Why the change?"), required=False, max_length=200,
        help_text=_("Kept with the version of the table."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, authority: Authority | None = None) -> None:
        names = ("role", "case_cents", "case_times", "day_cents", "day_times")
        initial: dict[str, Any] = {}
        if authority is not None:
            initial = {name: getattr(authority, name) for name in names}
            initial |= {"kind": authority.kind.code, "staff": str(authority.staff_id or "")}
        super().__init__(data, initial=initial)
        self.kinds = {kind.code: kind for kind in Kind.objects.filter(is_active=True)}
        self.people = {
            str(p.pk): p
            for p in Staff.objects.filter(is_active=True, role__in=[r for r, _label in GIVING])
        }
        self._choices("kind", [(code, str(kind)) for code, kind in self.kinds.items()])
        self._choices("role", [("", _("Choose")), *GIVING])
        people = sorted((p.name, pk) for pk, p in self.people.items())
        self._choices("staff", [("", _("Nobody in particular")), *[(pk, n) for n, pk in people]])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class KindForm(Form):
    """A kind of remedy."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Small letters, for reports: waive-fee.")
    )
    name = WordsFormField(label=_("Name"))
    hint = WordsFormField(label=_("When it fits"), required=False)
    has_amount = forms.BooleanField(label=_("It is worth money"), required=False)
    is_active = forms.BooleanField(label=_("It is offered"), required=False, initial=True)


class ReportForm(FilterForm):
    """Of which days, and of which division."""

    since = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    division = forms.ChoiceField(label=_("Division"))

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.divisions = {d.code: d for d in Division.objects.all()}
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        rows = sorted((said(d.name) or code, code) for code, d in self.divisions.items())
        field.choices = [("", _("Every division")), *[(code, name) for name, code in rows]]

    def span(self) -> tuple[date, date]:
        """The days asked for; the last 90 where none are. Turned round where mixed up."""
        self.is_valid()
        last = self.cleaned_data.get("until") or self.today
        first = self.cleaned_data.get("since") or last - timedelta(days=89)
        return min(first, last), max(first, last)

    def chosen(self) -> Division | None:
        """The division asked for."""
        return self.divisions.get(self.cleaned_data.get("division", ""))
