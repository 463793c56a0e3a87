"""The map's own files: found among what npm installed, and loaded only by who opens a map."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

FILES = {
    "leaflet": (
        "leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png",
        "images/marker-icon.png", "images/marker-icon-2x.png", "images/marker-shadow.png",
    ),
    "pmtiles": ("pmtiles.js",),
}  # fmt: skip


class MapFinder(BaseFinder):
    """Finds ``leaflet/…`` and ``pmtiles/…`` in their packages' ``dist`` folders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages = {}
        for package in FILES:
            storage = FileSystemStorage(location=settings.NODE_MODULES / package / "dist")
            storage.prefix = package  # type: ignore[attr-defined]
            self.storages[package] = storage
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the file is on disk; nothing for one that no page uses."""
        package, _slash, name = path.partition("/")
        known = name in FILES.get(package, ()) and self.storages[package].exists(name)
        found = [self.storages[package].path(name)] if known else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Every file with the storage it lies in."""
        for package, names in FILES.items():
            storage = self.storages[package]
            for name in names:
                if storage.exists(name) and not matches_patterns(name, [*(ignore_patterns or ())]):
                    yield name, storage

    def check(self, **kwargs: Any) -> Any:
        """Nothing to check: without a map, words are enough."""
        return []
