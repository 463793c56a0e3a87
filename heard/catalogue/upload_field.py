"""Files in a form. What they are is checked where they are kept, by their content."""

from typing import Any

from django import forms

PHOTOS = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"
FILES = f"{PHOTOS},application/pdf,text/plain"


class UploadInput(forms.FileInput):
    """An input for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All of them, not the last alone."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class UploadField(forms.FileField):
    """Gives a list of uploaded files. Whether one is needed, the form decides: it may have come
    before, with an earlier press of the button.
    """

    def __init__(self, *, photos: bool, **about: Any) -> None:
        self.must = about.pop("required", False)
        self.photos = photos
        about["required"] = False
        widget = UploadInput(attrs={"multiple": True, "accept": PHOTOS if photos else FILES})
        super().__init__(widget=widget, allow_empty_file=True, **about)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, unread."""
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
