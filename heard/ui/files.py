"""Static files: of the design system only what its style sheet names, and hashed names for a year.

The style sheet of USWDS names some fifty files. We set its type in one family and show none of its
pictures for file uploads, so fewer are collected; a file it names that is not collected keeps its
plain name in the hashed style sheet, and no page of ours ever asks for it.
"""

import functools
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PREFIX = "uswds"
SHEET = "css/uswds.min.css"
FONTS = [
    f"fonts/public-sans/PublicSans-{cut}.woff2"
    for cut in ("Regular", "Italic", "Bold", "BoldItalic")
]
_named_in_sheet = re.compile(r"url\(\.\./(img/[\w./-]+\.svg)\)")
_not_shown = re.compile(r"img/file[\w-]*\.svg")


@functools.cache
def design_files() -> tuple[str, ...]:
    """The files of the design system that pages use, by their path in its ``dist`` folder."""
    sheet = Path(settings.USWDS) / SHEET
    if not sheet.is_file():
        return ()
    named = {n for n in _named_in_sheet.findall(sheet.read_text()) if not _not_shown.match(n)}
    return (SHEET, *FONTS, *sorted(named))


class DesignFinder(BaseFinder):
    """Finds the design system's files below ``uswds/``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.USWDS)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the file is on disk; nothing for a file that pages do not use."""
        name = path.removeprefix(f"{PREFIX}/")
        found = [self.storage.path(name)] if name != path and name in design_files() else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Every file with the storage it lies in."""
        for name in design_files():
            if not matches_patterns(name, [*(ignore_patterns or ())]):
                yield name, self.storage

    def check(self, **kwargs: Any) -> Any:
        """Nothing to check: without the design system, pages stay readable."""
        return []


class Collected(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where files were collected, plain ones (served by finders) where not."""

    manifest_strict = False
    keep_only_hashed_files = True
    support_js_module_import_aggregation = False
    # No source maps: the pages do not need them and they are the largest files of all.
    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The name with its hash; unchanged for a file that was not collected."""
        if content is None and not self.exists(os.fspath(filename or name).split("?")[0]):
            return name
        return str(super().hashed_name(name, content, filename))

    def compress_files(self, paths: Iterable[str]) -> Any:
        """Compress what residents and staff load, once: a hashed name never changes its content.

        The administration is opened by few, and squeezing it would cost every start seconds.
        """
        fresh = [
            path
            for path in paths
            if not path.startswith("admin/") and not self.exists(f"{path}.br")
        ]
        return super().compress_files(fresh)
