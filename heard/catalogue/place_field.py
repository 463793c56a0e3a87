"""A place in a form: words are always enough, a point may come with them."""

import math
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from heard.core.text import clean_line

LONGEST = 300


def position(lat: Any, lon: Any) -> tuple[float, float] | None:
    """Degrees (WGS 84) from what a form sent; None where it sent nothing.

    Raises ``ValidationError`` for half a position, for what is no number, and for what lies on no
    globe.
    """
    given = [str(part or "").strip() for part in (lat, lon)]
    if not any(given):
        return None
    try:
        north, east = (float(part) for part in given)
    except ValueError as fault:
        raise forms.ValidationError(unclear()) from fault
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        raise forms.ValidationError(unclear())
    return round(north, 6), round(east, 6)


def unclear() -> str:
    """What to say of a position that is none."""
    return _("We could not understand this position. Please say in words where it is.")


class PlaceWidget(forms.MultiWidget):
    """A line of text, with a point that a map or the device may fill in."""

    use_fieldset = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        hidden = {"lat": forms.HiddenInput(), "lon": forms.HiddenInput()}
        super().__init__({"": forms.TextInput(), **hidden}, attrs)

    def decompress(self, value: Any) -> Sequence[Any]:
        """Words, latitude and longitude."""
        kept = value if isinstance(value, dict) else {}
        return [kept.get("words", ""), kept.get("lat"), kept.get("lon")]

    def id_for_label(self, id_: str) -> str:
        """The line of text."""
        return f"{id_}_0" if id_ else id_


class PlaceField(forms.MultiValueField):
    """Gives ``{"words": "...", "lat": 39.7, "lon": -104.9}``, the point only where there is one."""

    widget = PlaceWidget

    def __init__(self, **about: Any) -> None:
        words = forms.CharField(required=False, validators=[MaxLengthValidator(LONGEST)])
        rest = [forms.CharField(required=False, max_length=40) for _part in ("lat", "lon")]
        super().__init__([words, *rest], require_all_fields=False, **about)

    def compress(self, data_list: Sequence[str]) -> dict[str, Any] | None:
        """The place as it is kept with the answers."""
        words, lat, lon = [*(data_list or []), "", "", ""][:3]
        point = position(lat, lon)
        told = clean_line(words or "")
        if not told and point is None:
            return None
        if point is None:
            return {"words": told}
        return {"words": told, "lat": point[0], "lon": point[1]}
