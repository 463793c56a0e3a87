"""What the map of a form draws on: tiles, an archive of tiles, or the outlines alone."""

from django.conf import settings


def map_settings() -> dict[str, str]:
    """For the templates of pages with a place."""
    return {
        "map_tiles": settings.HEARD_MAP_TILES,
        "map_archive": settings.HEARD_MAP_PMTILES,
        "map_credit": settings.HEARD_MAP_CREDIT,
    }
