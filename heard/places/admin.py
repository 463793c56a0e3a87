"""The administration of places: districts, offices, calendars, closures and special days."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from heard.core.admin import AuditedAdmin, WordsInputs, actor_of
from heard.places import services
from heard.places.models import (
    BusinessCalendar,
    Closure,
    Counter,
    District,
    Office,
    SpecialDay,
)

SHAPES = {"Polygon", "MultiPolygon"}


class DistrictForm(forms.ModelForm):  # type: ignore[type-arg]
    """A district with its outline."""

    class Meta:
        model = District
        fields = ["code", "name", "outline"]

    def clean_outline(self) -> Any:
        """Nothing, or an area in GeoJSON."""
        outline = self.cleaned_data["outline"]
        if not outline:
            return None
        if not isinstance(outline, dict) or outline.get("type") not in SHAPES:
            raise forms.ValidationError(
                _("Give the outline as a GeoJSON Polygon or MultiPolygon, or leave it empty.")
            )
        return outline


@admin.register(District)
class DistrictAdmin(AuditedAdmin):
    """Districts."""

    form = DistrictForm
    list_display = ["__str__", "code"]


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row with a zone, whose change must be said twice."""

    zone_confirmed = forms.BooleanField(
        required=False,
        label=_("Move all times to the new zone"),
        help_text=_("Tick only to change the zone: every opening time and due time moves."),
    )

    def _post_clean(self) -> None:
        # The model's own check asks the row, so the answer is put there first.
        self.instance.zone_confirmed = bool(self.cleaned_data.get("zone_confirmed"))
        super()._post_clean()  # type: ignore[misc]


class CounterInline(WordsInputs, admin.TabularInline):  # type: ignore[type-arg]
    """The counters of an office."""

    model = Counter
    extra = 0


@admin.register(Office)
class OfficeAdmin(AuditedAdmin):
    """Offices. What may be wrong with hours is told with what would work."""

    form = ZoneForm
    list_display = ["__str__", "code", "address", "phone", "hours"]
    long_words = ("notes", "accessibility")
    inlines = [CounterInline]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the same verb as everywhere."""
        services.save_office(obj, actor=actor_of(request), zone_confirmed=_confirmed(form))


@admin.register(BusinessCalendar)
class CalendarAdmin(AuditedAdmin):
    """Business calendars. Every change raises the version, so that due times can follow."""

    form = ZoneForm
    list_display = ["__str__", "hours", "jurisdiction", "zone", "version"]
    list_select_related = ["division"]
    readonly_fields = ["version"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the same verb as everywhere."""
        services.save_calendar(obj, actor=actor_of(request), zone_confirmed=_confirmed(form))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The division works by the city's calendar from now on."""
        services.drop_calendar(obj, actor=actor_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The city's own calendar cannot be dropped, nor many at once."""
        allowed = super().has_delete_permission(request, obj)
        return bool(allowed and obj is not None and obj.division_id is not None)


class AnnouncedAdmin(AuditedAdmin):
    """What is announced for an office or a calendar: made and taken back, never altered.

    ``verb`` announces from the columns in ``given``; ``ahead`` tells what can still be taken back.
    """

    exclude = ["announced_at", "withdrawn_at"]
    list_select_related = ["office", "calendar__division"]
    verb: Callable[..., Any]
    given: tuple[str, ...] = ()
    ahead: Callable[[Any], bool]

    @admin.display(description=_("of"))
    def whose(self, row: Any) -> str:
        """The office or calendar it is of."""
        return str(row.office or row.calendar or _("the whole city"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: people were told. Take it back and announce another."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that is over stays as it was."""
        allowed = super().has_delete_permission(request, obj)
        return bool(allowed and (obj is None or type(self).ahead(obj)))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the same verb as everywhere."""
        given = {name: getattr(obj, name) for name in (*self.given, "office", "calendar")}
        obj.pk = type(self).verb(**given, actor=actor_of(request)).pk


@admin.register(Closure)
class ClosureAdmin(AnnouncedAdmin):
    """Closures: announced, and withdrawn by deleting; what was closed stays on record."""

    list_display = ["__str__", "whose", "starts_at", "ends_at", "withdrawn_at"]
    date_hierarchy = "starts_at"
    verb = staticmethod(services.announce_closure)
    given = ("starts_at", "ends_at", "reason", "counter")
    ahead = staticmethod(services.can_be_withdrawn)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Withdraw instead of deleting."""
        services.withdraw_closure(obj, actor=actor_of(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Those that are over are left out of a list to withdraw."""
        return super().get_deleted_objects(
            [row for row in objs if services.can_be_withdrawn(row)], request
        )

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Withdraw those of the list that are not over."""
        for row in queryset:
            if services.can_be_withdrawn(row):
                self.delete_model(request, row)


@admin.register(SpecialDay)
class SpecialDayAdmin(AnnouncedAdmin):
    """Days with hours of their own. Set the same day again to change it."""

    list_display = ["__str__", "whose", "day", "times"]
    date_hierarchy = "day"
    verb = staticmethod(services.set_special_day)
    given = ("day", "times", "reason")
    ahead = staticmethod(services.can_be_dropped)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list drops none at once."""
        return obj is not None and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The day gets its usual hours back."""
        services.drop_special_day(obj, actor=actor_of(request))


def _confirmed(form: Any) -> bool:
    return bool(form.cleaned_data.get("zone_confirmed"))
