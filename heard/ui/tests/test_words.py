"""The words of the screens are found, kept, checked and compiled without GNU gettext."""

import gettext

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from heard.ui.words import catalogues
from heard.ui.words.found import marked

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Plain")
B = ngettext("{n} day", "{n} days", 2)
C = pgettext("of a door", "Open")
D = _("In two "
      "parts")
E = not_ours("Ignored")
F = _(A)
G = ngettext(A, B, 2)
"""
TEMPLATE = """{% comment %}{% translate "not this" %}{% endcomment %}
{% translate "Short" %} {% translate "Right" context "side" as side %}
      {% component "card" title=_("In a tag") %}{{ x|default:_('In a filter') }}
  {% blocktranslate trimmed with name=case.name %}
    Dear {{ name }},
    thank you.
  {% endblocktranslate %}
{% blocktrans count n=d context "waiting" %}One day{% plural %}{{ n }} days{% endblocktrans %}
{% endcomponent %}
  It's text "that" isn't marked: { } ( [
"""


@pytest.fixture
def house(tmp_path):
    """A small house: a shared part, and a room with a catalogue of its own."""
    shared = tmp_path / "heard" / "cases"
    room = tmp_path / "heard" / "doors" / "desk"
    for folder in (
        shared / "tests",
        shared / "templates" / "cases",
        room / "locale",
        tmp_path / "demo",
    ):
        folder.mkdir(parents=True)
    (shared / "models.py").write_text(PYTHON)
    (shared / "tests" / "test_x.py").write_text('_("of a test")')
    (shared / "templates" / "cases" / "a.html").write_text(TEMPLATE)
    (room / "views.py").write_text('_("Plain")\n_("Only here, {name}")')
    return tmp_path


def test_python_and_templates_are_read(house):
    paths = [house / "heard/cases/models.py", house / "heard/cases/templates/cases/a.html"]
    found = {(f.context, f.words, f.plural) for f in marked(paths, house)}
    assert found == {
        ("", "Plain", ""), ("", "{n} day", "{n} days"), ("of a door", "Open", ""),
        ("", "In two parts", ""), ("", "Short", ""), ("side", "Right", ""), ("", "In a tag", ""),
        ("", "In a filter", ""), ("", "Dear %(name)s, thank you.", ""),
        ("waiting", "One day", "%(n)s days"),
    }  # fmt: skip


def test_a_room_with_a_folder_of_its_own_has_its_own_catalogue(house):
    shared, room = catalogues.books(house)
    assert shared.folder == house / "heard" / "locale"
    assert [found.words for found in room.found] == ["Only here, {name}"]
    assert "Plain" in {found.words for found in shared.found}


def entry(catalogue: Catalog, words: str) -> Message:
    found = catalogue.get(words)
    assert found is not None
    return found


def write(book: catalogues.Book, **translations: str) -> Catalog:
    catalogue = catalogues.merge(book, "es")
    for message in catalogue:
        if message.id in translations:
            message.string = translations[message.id]
    catalogues.save(catalogue, book.path("es"))
    return catalogue


def test_translations_survive_and_the_unused_go(house):
    shared, _room = catalogues.books(house)
    write(shared, Plain="Simple", Short="Corto")
    (house / "heard/cases/models.py").write_text('_("New")\n_("Short")')
    shared, room = catalogues.books(house)
    merged = catalogues.merge(room, "es", [shared, room])
    assert entry(merged, "Plain").string == "Simple"  # moved to the room, with its translation
    catalogues.save(catalogues.merge(shared, "es"), shared.path("es"))
    text = shared.path("es").read_text()
    assert "Corto" in text
    assert "Plain" not in text
    assert "#~" not in text
    assert entry(catalogues.load(shared.path("es"), "es"), "New").string == ""


def test_collecting_twice_changes_nothing(house):
    shared, _room = catalogues.books(house)
    write(shared)
    before = shared.path("es").read_bytes()
    write(shared)
    assert shared.path("es").read_bytes() == before


def test_every_fault_is_named(house):
    shared, _room = catalogues.books(house)
    write(shared)
    catalogue = read_po(shared.path("es").open("rb"), locale="es")
    for message in catalogue:
        if message.id:
            message.string = ("uno", "{n} días") if isinstance(message.id, tuple) else "algo"
    entry(catalogue, "Short").flags.add("fuzzy")
    entry(catalogue, "Plain").string = ""
    catalogue.add("Gone", "Ido")
    entry(catalogue, "In a tag").string = "En {algo}"
    catalogues.save(catalogue, shared.path("es"))
    faults = "\n".join(catalogues.faults(house))
    for said in (
        "unsure “Short”", "not translated “Plain”", "no longer used “Gone”",
        "fills another hole in “In a tag”", "leaves a hole out of “Dear %(name)s, thank you.”",
        "missing “Only here, {name}”",
    ):  # fmt: skip
        assert said in faults
    assert "“In two parts”" not in faults


def test_what_is_compiled_is_what_pages_read(house):
    shared, _room = catalogues.books(house)
    write(shared, Plain="Simple")
    (built,) = catalogues.compile_all(house)
    assert catalogues.compile_all(house) == []  # nothing changed
    with built.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Plain") == "Simple"
    assert words.gettext("Short") == "Short"  # untranslated words stay English


def test_the_command(house, settings, capsys):
    settings.BASE = house
    call_command("messages")
    assert "to translate" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not translated"):
        call_command("messages", check=True)
    call_command("messages", compile=True, verbosity=0)
    assert capsys.readouterr().out == ""
