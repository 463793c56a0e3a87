"""Static files: few, hashed, compressed, and there in tests without being collected."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.templatetags.static import static
from django.test import override_settings

from heard.ui.files import FONTS, Collected, design_files


def test_only_what_pages_use_is_served():
    assert len(design_files()) < 50
    assert finders.find("uswds/css/uswds.min.css")
    assert finders.find("uswds/" + FONTS[0])
    assert not finders.find("uswds/css/uswds.min.css.map")
    assert not finders.find("uswds/../package.json")
    assert not finders.find("uswds/js/uswds.js")


def test_without_collecting_names_are_plain():
    assert static("ui/heard.css") == "/static/ui/heard.css"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The files as a running house serves them."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(folder)):
        storage: Any = staticfiles_storage  # a lazy object
        storage._wrapped = Collected(location=str(folder))
        call_command("collectstatic", interactive=False, stdout=StringIO(), ignore=["admin"])
    storage._wrapped = Collected()
    return folder


def test_collected_files_are_few_hashed_and_compressed(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    sheet = names["ui/heard.css"]
    assert sheet != "ui/heard.css"
    assert (collected / sheet).exists()
    assert (collected / f"{sheet}.br").exists()
    assert not (collected / "ui/heard.css").exists()
    assert len(names) < 120


def test_a_style_sheet_names_the_hashed_files(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    ours = (collected / names["ui/heard.css"]).read_text()
    font = names["uswds/" + FONTS[0]].rsplit("/", 1)[1]
    assert font in ours
    design = (collected / names["uswds/css/uswds.min.css"]).read_text()
    assert names["uswds/img/usa-icons/check_circle.svg"].rsplit("/", 1)[1] in design
    assert "merriweather/Latin-Merriweather-Bold.woff2" in design  # never asked for, so left plain


def test_the_first_load_of_a_page_is_light(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    needed = ["ui/heard.css", "ui/heard.js", "uswds/css/uswds.min.css"]
    assert sum((collected / f"{names[name]}.br").stat().st_size for name in needed) < 60_000
