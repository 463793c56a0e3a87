"""Filters of the operator's lists."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.core.models import AuditRow, Step
from heard.core.references import clean_reference
from heard.doors.operate.reads import LONGEST_LIST
from heard.people.models import Staff
from heard.post.models import Dispatch
from heard.ui.forms import FilterForm


def _search(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class StepFilters(FilterForm):
    """Which steps: parked ones unless said otherwise."""

    state = forms.ChoiceField(
        label=_("Steps"),
        required=False,
        choices=[("", _("Parked")), (Step.State.WAITING.value, _("Waiting"))],
    )

    def chosen(self) -> str:
        """The state to list."""
        self.is_valid()
        return self.cleaned_data.get("state") or Step.State.PARKED.value


class OutboxFilters(FilterForm):
    """Which dispatches."""

    q = _search(_("Search"), _("Address, subject, or a thing such as case:17"))
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *Dispatch.State.choices]
    )

    def found(self) -> QuerySet[Dispatch]:
        """The dispatches that fit, latest first, bounded."""
        self.is_valid()
        rows = Dispatch.objects.defer("text", "html").order_by("-id")
        if state := self.cleaned_data.get("state"):
            rows = rows.filter(state=state)
        if q := self.cleaned_data.get("q", "").strip():
            rows = rows.filter(
                Q(about=q) | Q(address__icontains=q) | Q(subject__icontains=q) | Q(template=q)
            )
        return rows[:LONGEST_LIST]


class AuditFilters(FilterForm):
    """Whose deeds, on which thing."""

    thing = _search(_("Thing"), _("A case’s reference, or a kind and number such as service:4"))
    person = forms.ChoiceField(label=_("Who"), required=False)
    verb = _search(_("Did what"), _("Such as case.closed"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        people = Staff.objects.order_by("name").values_list("pk", "name")
        field.choices = [
            ("", _("Anybody")), ("system", _("Heard itself")), ("customer", _("Customers")),
            *[(str(pk), name) for pk, name in people],
        ]  # fmt: skip

    def found(self) -> QuerySet[AuditRow]:
        """The rows that fit, latest first, bounded."""
        self.is_valid()
        rows = AuditRow.objects.order_by("-id")
        if thing := self.cleaned_data.get("thing", "").strip():
            rows = rows.filter(_about(thing))
        person = self.cleaned_data.get("person", "")
        if person in {"system", "customer"}:
            rows = rows.filter(actor_kind=person)
        elif person:
            rows = rows.filter(actor_kind="staff", actor_id=int(person))
        if verb := self.cleaned_data.get("verb", "").strip():
            rows = rows.filter(verb__startswith=verb)
        return rows[:LONGEST_LIST]


def _about(thing: str) -> Q:
    """A thing by kind and number, or a case by its reference (with what belongs to it)."""
    kind, colon, number = thing.partition(":")
    if colon and number.isdecimal() and len(number) < 19:
        return Q(about_kind=kind.lower(), about_id=int(number))
    case = Case.objects.filter(reference=clean_reference(thing)).first()
    if case is None:
        return Q(pk__in=[])
    about = Q(about_kind="case", about_id=case.pk)
    about |= Q(about_kind="message", about_id__in=case.messages.values("pk"))
    about |= Q(about_kind="understanding", about_id__in=case.understandings.values("pk"))
    return about | Q(about_kind="reopenrequest", about_id__in=case.reopen_requests.values("pk"))
