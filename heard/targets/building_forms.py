"""The form in which people build a measure: a formula in rows of choices, and its words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from heard.core import clock
from heard.core.city import city_zone
from heard.core.words import said
from heard.measures.building import Plan
from heard.measures.column_words import Column, columns_of, label_of
from heard.measures.conditions import ALONE, NOW, BadFormula
from heard.measures.declared import AGE, Formula, formula
from heard.measures.definitions import AREAS
from heard.targets.forms import Words, new_key
from heard.targets.models import OwnMeasure
from heard.targets.services import RESERVED
from heard.ui.forms import Form

GROUPS = ("where", "of", "counts")
FEWEST, MOST = 2, 12  # rows of conditions
OPEN = {"cases": ("received_on", "ended_on"), "alerts": ("made_on", "settled_on")}
TAKES = [
    ("count", _("how many there are")),
    ("share", _("a share of them")),
    ("mean", _("a mean")),
    ("quantile", _("a median")),
    ("sum", _("a sum")),
    ("scale", _("a score from answers of 1 to 5")),
    ("recommend", _("a net score from answers of 0 to 10")),
]
OPERATORS = [
    ("is", _("is")),
    ("is not", _("is not")),
    ("in", _("is one of (with commas between)")),
    ("true", _("is yes")),
    ("false", _("is no")),
    ("empty", _("is empty")),
    ("filled", _("is filled in")),
    ("<", _("is less than, or before")),
    ("<=", _("is at most, or not after")),
    (">", _("is more than, or after")),
    (">=", _("is at least, or not before")),
]
NOTHING = ("", "–")


class BuildForm(Form):
    """A formula over one fact and its words. ``partly``: for a preview words may still be missing.

    After validation ``formula`` is the formula as it is kept, or None with ``fault`` saying why.
    """

    mark = "required"
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    tries = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=99)
    month = forms.ChoiceField(label=_("Counted in the month of"))
    take = forms.ChoiceField(label=_("What is made of them"), choices=TAKES)
    column = forms.ChoiceField(
        label=_("Of which column"), required=False,
        help_text=_("For a mean, a median, a sum or a score."),
    )  # fmt: skip
    start = forms.ChoiceField(
        label=_("Or of the time from"), required=False,
        help_text=_("For a mean or a median of how long something took."),
    )  # fmt: skip
    end = forms.ChoiceField(label=_("to"), required=False)
    name = Words(label=_("Name"))
    definition = Words(label=_("Definition, in one sentence"), rows=2)
    why = Words(label=_("Why it matters"), required=False, rows=2)
    limits = Words(label=_("What it does not tell"), required=False, rows=4)
    left_out = Words(
        label=_("Who is left out, in a few words"), required=False,
        help_text=_("For example “without an outcome”. It follows their number."),
    )  # fmt: skip
    area = forms.ChoiceField(label=_("Area"))
    direction = forms.ChoiceField(label=_("Which way is better"), choices=OwnMeasure.Better.choices)
    effective_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    what_changed = Words(label=_("What changes in the definition"), rows=2)
    why_changed = Words(label=_("Why it changes"), rows=2)

    def __init__(
        self,
        *args: Any,
        fact: str,
        partly: bool = False,
        is_new: bool = False,
        number: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fact, self.partly = fact, partly
        self.formula: dict[str, Any] | None = None
        self.fault = ""
        self.columns = columns_of(fact)
        self.rows = _rows_wanted(self.data or self.initial)
        self._offer(number, is_new=is_new)

    def full_clean(self) -> None:
        """Check all; for a preview, what words still miss is not held against it."""
        super().full_clean()
        if self.partly and self.is_bound:
            for name in [one.name for one in self.words if one.name in self.errors]:
                del self.errors[name]

    def _offer(self, number: int, *, is_new: bool) -> None:
        offered = self.fields
        if is_new:
            offered["short"] = forms.CharField(
                label=_("Short name, for addresses"), max_length=40,
                validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _(
                    "Use small letters, digits and underscores, beginning with a letter."
                ))],
                help_text=_("Small letters and underscores, such as calls_in_spanish. It stays."),
            )  # fmt: skip
        if number == 1:
            del offered["what_changed"], offered["why_changed"]
        columns, moments = _named(self.columns, "number"), _named(self.columns, "moment")
        self._choose("month", _months(self.fact, self.columns))
        age = [(AGE, label_of(AGE))] if self.fact in OPEN else []
        self._choose("column", [NOTHING, *columns, *age])
        self._choose("start", [NOTHING, *moments])
        self._choose("end", [NOTHING, *moments])
        self._choose("area", [(key, said(words)) for key, words in AREAS.items()])
        self.initial.setdefault("effective_from", clock.now().astimezone(city_zone()).date())
        names = [(one.name, f"{one.label}") for one in self.columns] + age
        other = [NOTHING, ("@now", _("now")), *((f"@{one}", label) for one, label in names)]
        for group in GROUPS:
            for row in range(self.rows[group]):
                self._offer_row(f"{group}_{row}", names, other)

    def _offer_row(self, name: str, columns: list[Any], other: list[Any]) -> None:
        controls = {
            "column": forms.ChoiceField(label=_("Column"), choices=[NOTHING, *columns]),
            "operator": forms.ChoiceField(label=_("Condition"), choices=OPERATORS),
            "value": forms.CharField(label=_("Value"), max_length=400),
            "other": forms.ChoiceField(label=_("or compared with"), choices=other),
        }
        for part, control in controls.items():
            control.required = False
            self.fields[f"{name}_{part}"] = control

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def rows_of(self, group: str) -> list[list[Any]]:
        """The controls of a group of conditions, row by row, for the page."""
        parts = ("column", "operator", "value", "other")
        return [
            [self[f"{group}_{row}_{part}"] for part in parts] for row in range(self.rows[group])
        ]

    @property
    def where_rows(self) -> list[list[Any]]:
        """Which rows are looked at."""
        return self.rows_of("where")

    @property
    def counts_rows(self) -> list[list[Any]]:
        """Which of them count."""
        return self.rows_of("counts")

    @property
    def of_rows(self) -> list[list[Any]]:
        """Which of them enter."""
        return self.rows_of("of")

    @property
    def amount(self) -> list[Any]:
        """What a mean, a median, a sum or a score is made of."""
        return [self["column"], self["start"], self["end"]]

    @property
    def words(self) -> list[Any]:
        """The fields that are words about the measure."""
        names = (
            "short", "name", "definition", "why", "limits", "left_out", "area", "direction",
            "effective_from", "what_changed", "why_changed",
        )  # fmt: skip
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Check the formula as a whole, whatever the words are."""
        given = super().clean() or self.cleaned_data
        try:
            self.formula = formula(self._as_typed(given)).plain()
        except BadFormula as bad:
            self.fault = bad.told(label_of)
            self.add_error(None, self.fault)
        return given

    def clean_short(self) -> str:
        """The short name, where nothing else here is called so."""
        short: str = self.cleaned_data["short"]
        if short in RESERVED or OwnMeasure.objects.filter(key=short).exists():
            raise forms.ValidationError(_("This short name is taken. Choose another one."))
        return short

    def _as_typed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        kind, _sep, days = (given.get("month") or "").partition(":")
        take = given.get("take") or ""
        made: dict[str, Any] = {"fact": self.fact, "take": take}
        made |= {"open": days.split(",")} if kind == "open" else {"day": days}
        for group in GROUPS:
            if conditions := self._conditions(group, given):
                made[group] = conditions
        if take != "share":
            made.pop("counts", None)
        if take in ("mean", "quantile", "sum", "scale", "recommend"):
            if given.get("start") or given.get("end"):
                made["between"] = [given.get("start") or "", given.get("end") or ""]
            else:
                made["column"] = given.get("column") or ""
        return made

    def _conditions(self, group: str, given: Mapping[str, Any]) -> list[list[Any]]:
        found = []
        types = {one.name: one.type for one in self.columns} | {AGE: "number"}
        for row in range(self.rows[group]):
            column, operator, value, other = (
                given.get(f"{group}_{row}_{part}") or ""
                for part in ("column", "operator", "value", "other")
            )
            if not column:
                if value.strip() or other:
                    raise BadFormula("not_a_condition")
                continue
            found.append(_condition(column, types[column], operator, value.strip(), other))
        return found

    def plan(self) -> Plan:
        """What was typed, for the verb."""
        given, nothing = self.cleaned_data, dict[str, str]()
        return Plan(
            name=given["name"], definition=given["definition"], why=given["why"],
            limits=given["limits"], left_out=given["left_out"], area=given["area"],
            direction=given["direction"], formula=self.formula or {},
            effective_from=given["effective_from"],
            what_changed=given.get("what_changed", nothing),
            why_changed=given.get("why_changed", nothing),
        )  # fmt: skip


def _named(columns: list[Column], kind: str) -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in columns if one.type == kind]


def _months(fact: str, columns: list[Column]) -> list[tuple[str, Any]]:
    found = [(f"day:{name}", label) for name, label in _named(columns, "day")]
    if pair := OPEN.get(fact):
        begin, end = (label_of(one) for one in pair)
        text = _("every month at whose end it was open, from “{begin}” to “{end}”")
        found.append((f"open:{','.join(pair)}", text.format(begin=begin, end=end)))
    return found


def _rows_wanted(given: Mapping[str, Any]) -> dict[str, int]:
    """One empty row more than are filled, and two at least."""
    wanted = {}
    for group in GROUPS:
        filled = [row for row in range(MOST) if given.get(f"{group}_{row}_column")]
        wanted[group] = min(MOST, max(FEWEST, (filled[-1] + 2) if filled else 0))
    return wanted


def _condition(column: str, kind: str, operator: str, value: str, other: str) -> list[Any]:
    if kind == "number":
        operator = {"is": "=", "is not": "!="}.get(operator, operator)
    if operator in ALONE:
        return [column, operator]
    if other == "@now" and value.isdecimal():
        return [column, operator, f"@now-{value}"]
    if other:
        return [column, operator, other]
    if operator == "in":
        return [column, operator, [one.strip() for one in value.split(",") if one.strip()]]
    if kind == "number" and value:
        return [column, operator, _number(value)]
    return [column, operator, value]


def _number(value: str) -> Any:
    try:
        found = float(value.replace(",", "."))
    except ValueError:
        return value
    return int(found) if found.is_integer() else found


def initial_of(made: Formula) -> dict[str, Any]:
    """A formula as it stands in the form's fields."""
    month = f"open:{','.join(made.open)}" if made.open else f"day:{made.day}"
    start, end = made.between or ("", "")
    found: dict[str, Any] = {
        "month": month, "take": made.take, "column": made.column, "start": start, "end": end,
    }  # fmt: skip
    for group in GROUPS:
        for row, one in enumerate(getattr(made, group)):
            found[f"{group}_{row}_column"] = one.column
            found[f"{group}_{row}_operator"] = {"=": "is", "!=": "is not"}.get(
                one.operator, one.operator
            )
            found |= _shown(f"{group}_{row}", one.value)
    return found


def _shown(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str) and (past := NOW.fullmatch(value)):
        return {f"{name}_other": "@now", f"{name}_value": past.group(1) or ""}
    if isinstance(value, str) and value.startswith("@"):
        return {f"{name}_other": value}
    text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return {f"{name}_value": text}
