"""The city on a map: the outlines of its districts, and which of them a point lies in."""

from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import Point, mapping, shape
from shapely.ops import unary_union

from heard.core.words import said
from heard.places.models import District

FINEST = 0.00005  # degrees, about 5 m: finer corners cost bytes and cannot be seen


def district_at(lat: float, lon: float) -> District | None:
    """The district a point (degrees, WGS 84) lies in; None outside all of them."""
    point = Point(lon, lat)
    for district in District.objects.exclude(outline=None):
        outline = _shape(district.outline)
        if outline is not None and outline.covers(point):
            return district
    return None


def outlines() -> dict[str, Any]:
    """GeoJSON of all districts with their names, and of the city as their union (``city``)."""
    features, parts = [], []
    for district in District.objects.exclude(outline=None):
        outline = _shape(district.outline)
        if outline is None:
            continue
        parts.append(outline)
        simple = mapping(outline.simplify(FINEST))
        features.append(_feature({"name": said(district.name), "kind": "district"}, simple))
    if parts:
        features.append(_feature({"kind": "city"}, mapping(unary_union(parts).simplify(FINEST))))
    return {"type": "FeatureCollection", "features": features}


def _feature(properties: dict[str, str], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _shape(outline: Any) -> Any:
    """The outline as a shape; None where it is not one, which must not cost a resident the map."""
    try:
        found = shape(outline)
        return found if found.is_valid else found.buffer(0)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
        return None
