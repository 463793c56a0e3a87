"""The administration of places: districts and offices."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from heard.core.admin import AuditedAdmin
from heard.places.models import District, Office

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


@admin.register(Office)
class OfficeAdmin(AuditedAdmin):
    """Offices."""

    list_display = ["__str__", "code", "address", "phone", "hours"]
    long_words = ("notes",)
