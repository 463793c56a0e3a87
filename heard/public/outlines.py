"""The outlines of the districts as paths of a picture, made ahead by the worker from their shapes.

A small map in a small city needs no projection but one: degrees of longitude are shortened by the
cosine of the latitude, so that nothing looks squeezed.
"""

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from heard.places.models import District

WIDTH, TALLEST = 640.0, 760.0
FINEST = 0.6  # of the picture's units: less cannot be seen
LOOK = 1  # raised whenever the drawing changes


def place() -> Path:
    """Where the outlines are."""
    return Path(settings.HEARD_DATA) / "charts" / "districts.json"


def drawn() -> dict[str, Any]:
    """The outlines made ahead: ``width``, ``height``, and ``paths`` by district; empty without."""
    try:
        found = json.loads(place().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def draw() -> bool:
    """Make the outlines anew where a district's shape changed. For the worker; says if it did."""
    rows = list(District.objects.exclude(outline=None).values_list("code", "outline"))
    digest = hashlib.sha256(json.dumps([LOOK, rows], sort_keys=True).encode()).hexdigest()
    if drawn().get("digest") == digest:
        return False
    made = {"digest": digest, **_drawn({str(code): outline for code, outline in rows})}
    place().parent.mkdir(parents=True, exist_ok=True)
    new = place().with_suffix(f".{os.getpid()}.new")
    new.write_text(json.dumps(made), encoding="utf-8")
    new.replace(place())
    return True


def _drawn(outlines: dict[str, Any]) -> dict[str, Any]:
    from shapely.affinity import affine_transform  # loaded by the worker alone
    from shapely.ops import unary_union

    shapes = {code: shape for code, outline in outlines.items() if (shape := _shape(outline))}
    if not shapes:
        return {"width": 0, "height": 0, "paths": {}}
    west, south, east, north = unary_union(list(shapes.values())).bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / wide, TALLEST / tall)
    turn = [scale * squeeze, 0, 0, -scale, -west * scale * squeeze, north * scale]
    paths = {
        code: _path(affine_transform(shape, turn).simplify(FINEST))
        for code, shape in shapes.items()
    }
    return {"width": round(wide * scale), "height": round(tall * scale), "paths": paths}


def _shape(outline: Any) -> Any:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        found = shape(outline)
        whole = found if found.is_valid else found.buffer(0)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return whole if not whole.is_empty and whole.area > 0 else None


def _path(shape: Any) -> str:
    parts = []
    for polygon in getattr(shape, "geoms", [shape]):
        for ring in (polygon.exterior, *polygon.interiors):
            corners = [f"{x:.1f} {y:.1f}" for x, y in list(ring.coords)[:-1]]
            parts.append("M" + " L".join(corners) + "Z")
    return "".join(parts)
