"""The administration: every change is written with its audit row, and words have plain inputs."""

import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from heard.core.actors import Actor
from heard.core.city import forget_city, zone_is_known
from heard.core.models import City
from heard.core.words import WordsField
from heard.core.words_form import LONG, SHORT, words_formfield
from heard.core.writes import record

# The administration's own sign-in page would go round lockout and two-step sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_title = admin.site.site_header = _("Administration")
admin.site.index_title = _("What the city offers, and who works for it")

# What administrators work with; the tables of the libraries beneath are nobody's daily work.
SHOWN = {"core", "people", "places", "catalogue", "post", "mfa"}
_all_apps = admin.site.get_app_list


def _shown_apps(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    return [app for app in _all_apps(request, app_label) if app["app_label"] in SHOWN]


admin.site.get_app_list = _shown_apps  # type: ignore[method-assign]


def values_of(thing: models.Model, *, secret: Iterable[str] = ("password",)) -> dict[str, Any]:
    """The columns of a row as they can be kept in the audit, without secrets."""
    columns = {
        field.name: field.value_from_object(thing)
        for field in thing._meta.concrete_fields
        if field.name not in set(secret) and not field.primary_key
    }
    plain: dict[str, Any] = json.loads(json.dumps(columns, cls=DjangoJSONEncoder))
    return plain


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs, as ``{"name": [before, after]}``."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


class WordsInputs:
    """Separate inputs for each language of a ``WordsField``. ``long_words`` get several rows."""

    long_words: tuple[str, ...] = ()

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest | None, **kwargs: Any
    ) -> forms.Field | None:
        """Django's form field, or ours for words by language."""
        if isinstance(db_field, WordsField):
            return words_formfield(db_field, LONG if db_field.name in self.long_words else SHORT)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc,no-any-return]


class AuditedAdmin(WordsInputs, admin.ModelAdmin):  # type: ignore[type-arg]
    """Writes an event and an audit row, with before and after, for every change made here."""

    class Media:
        css = {"all": ("core/admin.css",)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save one row and record it in the same transaction."""
        with transaction.atomic():
            before = self._before(obj) if change else {}
            super().save_model(request, obj, form, change)
            self.note_change(request, obj, before, new=not change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one row and record what it was."""
        with transaction.atomic():
            self._note_deletion(request, obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the chosen rows one by one, so that each is recorded."""
        for obj in queryset:
            self.delete_model(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows shown inside another one, recording each."""
        with transaction.atomic():
            kept = formset.model._default_manager.filter(
                pk__in=[row.pk for row in formset.get_queryset()]
            )
            before = {row.pk: values_of(row) for row in kept}
            rows = formset.save(commit=False)
            for row in formset.deleted_objects:
                self._note_deletion(request, row)
                row.delete()
            for row in rows:
                self.prepare(row)
                new = row.pk is None
                row.save()
                self.note_change(request, row, before.get(row.pk, {}), new=new)
            formset.save_m2m()

    def prepare(self, row: Any) -> None:
        """Fill in what no form asks, just before an inner row is saved."""

    def note_change(
        self, request: HttpRequest, obj: models.Model, before: dict[str, Any], *, new: bool
    ) -> None:
        """Record what was made or changed; nothing where nothing was."""
        changes = changes_between(before, values_of(obj))
        if changes:
            kind = obj._meta.model_name
            verb = f"{kind}.{'added' if new else 'changed'}"
            record(verb, about=obj, actor=actor_of(request), changes=changes)

    def _before(self, obj: models.Model) -> dict[str, Any]:
        row = type(obj)._default_manager.select_for_update().filter(pk=obj.pk).first()
        return values_of(row) if row is not None else {}

    def _note_deletion(self, request: HttpRequest, obj: models.Model) -> None:
        changes = changes_between(values_of(obj), {})
        record(
            f"{obj._meta.model_name}.deleted", about=obj, actor=actor_of(request), changes=changes
        )


def actor_of(request: HttpRequest) -> Actor:
    """The administrator at work."""
    actor: Actor = request.user.as_actor()  # type: ignore[union-attr]
    return actor


class CityForm(forms.ModelForm):  # type: ignore[type-arg]
    """The city's name, zone and looks."""

    zone = forms.CharField(
        max_length=64,
        help_text=_("A time zone of the IANA list, such as America/Denver."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = City
        fields = [
            "name", "zone", "tagline", "phone", "email", "person_note", "seal", "primary",
            "primary_dark", "accent", "warn_percent", "escalate_percent",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["zone"].disabled = True
            self.fields["zone"].help_text = _(
                "Another zone moves promised dates: it is changed on the desk, under Hours."
            )
        for name in ("warn_percent", "escalate_percent"):  # left empty: as they are
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """The manager is warned after the named contact, not before."""
        given: dict[str, Any] = super().clean() or {}
        for name in ("warn_percent", "escalate_percent"):
            given[name] = given.get(name) or getattr(self.instance, name)
        if given["escalate_percent"] <= given["warn_percent"]:
            self.add_error("escalate_percent", _("Give a larger share than the first."))
        return given

    def clean_zone(self) -> str:
        """A known zone; a near miss is offered in its place."""
        zone: str = self.cleaned_data["zone"].strip()
        if zone_is_known(zone):
            return zone
        wanted = zone.replace(" ", "_").lower()
        near = sorted(name for name in available_timezones() if wanted and wanted in name.lower())
        message = str(_("There is no time zone of this name."))
        if near:
            message += " " + str(_("Do you mean {names}?")).format(names=", ".join(near[:3]))
        raise forms.ValidationError(message)


@admin.register(City)
class CityAdmin(AuditedAdmin):
    """The one city."""

    form = CityForm
    list_display = ["name", "zone", "phone", "email"]
    long_words = ("person_note",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return super().has_add_permission(request) and not City.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: everything shows it."""
        return False

    def save_model(self, request: HttpRequest, obj: City, form: Any, change: bool) -> None:
        """Save, and show the new city at once."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_city)
