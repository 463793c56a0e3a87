"""Files left behind by a process that was killed between writing them and noting them."""

from datetime import timedelta

from django.core.files.storage import default_storage

from heard.attachments.models import Attachment
from heard.core import clock

FOLDER = "attachments"
SETTLED = timedelta(days=1)  # younger files may be in the middle of being noted


def sweep() -> int:
    """Delete files older than a day that no row names; returns how many."""
    try:
        folders, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    dropped = 0
    for folder in folders:
        _deeper, files = default_storage.listdir(f"{FOLDER}/{folder}")
        paths = {f"{FOLDER}/{folder}/{name}" for name in files}
        known = Attachment.objects.filter(full__startswith=f"{FOLDER}/{folder}/")
        for full, small in known.values_list("full", "small"):
            paths -= {full, small}
        for path in paths:
            if clock.now() - default_storage.get_modified_time(path) > SETTLED:
                default_storage.delete(path)
                dropped += 1
    return dropped
