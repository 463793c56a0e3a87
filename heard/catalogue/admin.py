"""The administration of services: their words, questions and promises."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.catalogue.choices_field import ChoicesField
from heard.catalogue.models import Promise, Question, Service
from heard.catalogue.promises import check_terms
from heard.core.admin import AuditedAdmin, WordsInputs
from heard.core.errors import Refused


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One question of a service."""

    choices = ChoicesField(
        required=False,
        label=_("Choices"),
        help_text=_("For one of a list: one a line, as key | English | Español."),
    )

    class Meta:
        model = Question
        fields = ["order", "code", "kind", "label", "hint", "required", "choices"]

    def clean(self) -> dict[str, Any]:
        """One of a list needs a list."""
        given: dict[str, Any] = super().clean() or {}
        is_choice = given.get("kind") == Question.Kind.CHOICE
        if is_choice and "choices" in given and len(given["choices"]) < 2:
            self.add_error("choices", gettext("Give at least two choices."))
        return given


class QuestionInline(WordsInputs, admin.StackedInline):  # type: ignore[type-arg]
    """The questions of a service."""

    model = Question
    form = QuestionForm
    extra = 0


class PromiseForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version of a promise."""

    class Meta:
        model = Promise
        fields = ["kind", "amount", "unit", "effective_from"]

    def clean(self) -> dict[str, Any]:
        """It begins after the version before it."""
        given: dict[str, Any] = super().clean() or {}
        start, kind = given.get("effective_from"), given.get("kind")
        service = self.instance.service_id
        if start and kind and service:
            last = Promise.objects.filter(service=service, kind=kind).order_by("version").last()
            if last is not None and start <= last.effective_from:
                self.add_error(
                    "effective_from",
                    gettext("Begin after the version before it, which it follows."),
                )
        if service and given.get("amount") and given.get("unit"):
            division = Service.objects.values_list("division", flat=True).get(pk=service)
            try:
                check_terms(given["amount"], given["unit"], division)
            except Refused as refused:
                self.add_error("unit", str(refused))
        return given


class PromiseInline(admin.TabularInline):  # type: ignore[type-arg]
    """The promises of a service. A version that was made stays; a new one follows it."""

    model = Promise
    form = PromiseForm
    fields = ["kind", "amount", "unit", "effective_from", "version"]
    readonly_fields = ["version"]
    ordering = ["kind", "-version"]
    extra = 0
    can_delete = False
    verbose_name = _("new version of a promise")
    verbose_name_plural = _("promises (never altered: add a new version)")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: cases were promised it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: cases were promised it."""
        return False


@admin.register(Service)
class ServiceAdmin(AuditedAdmin):
    """Services."""

    list_display = ["__str__", "code", "division", "is_active", "is_public"]
    list_select_related = ["division"]
    list_filter = ["is_active", "is_public", "division"]
    search_fields = ["code", "name"]
    long_words = ("instructions",)
    inlines = [QuestionInline, PromiseInline]
    fieldsets = [
        (None, {"fields": ["code", "name", "group", "division", "office"]}),
        (_("What residents read"), {"fields": ["instructions", "keywords"]}),
        (_("What is asked"), {"fields": ["place", "anonymous_allowed"]}),
        (_("Where it is shown"), {"fields": ["is_active", "is_public"]}),
    ]

    def prepare(self, row: Any) -> None:
        """The next version of a promise."""
        if isinstance(row, Promise) and row._state.adding:
            before = Promise.objects.filter(service=row.service, kind=row.kind)
            row.version = (before.aggregate(last=Max("version"))["last"] or 0) + 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Switch it off instead: its cases and numbers stay."""
        return False
