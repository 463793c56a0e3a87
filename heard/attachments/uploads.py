"""Uploads are stopped while they come, not after they have filled the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_FILES = 8  # in one request
FORM_AROUND = 3 * 1024 * 1024  # bytes for the fields beside the files


def largest_body() -> int:
    """Bytes that a form with files may have: as many as a few full-size photos need."""
    return int(settings.HEARD_FILE_BYTES) * 3 + FORM_AROUND


class Bounded(FileUploadHandler):
    """Ends a request with too many bytes or files. Stands before Django's own handlers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = self.files = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by the announced length, before anything is read."""
        if content_length > largest_body():
            raise RequestDataTooBig("The files of this request are too large.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count the files."""
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > MOST_FILES:
            raise RequestDataTooBig("There are too many files in this request.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count the bytes and pass them on."""
        self.taken += len(raw_data)
        if self.taken > largest_body():
            raise RequestDataTooBig("The files of this request are too large.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file is another handler's to keep."""
        return
