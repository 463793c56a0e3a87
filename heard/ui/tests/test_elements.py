"""The pieces that the sign-in library builds its own pages of, in our look."""

import pytest
from django.template import Context, Origin, Template

PIECES = {
    "badge": ("usa-tag", "tag"),
    "button_group": ("actions", "usa-button-group"),
    "details": ("<details", "disclosure"),
    "h2": ("<h2",),
    "hr": ("<hr",),
}


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_keeps_its_words_and_has_our_look(name: str) -> None:
    inside = "Some words"
    if name == "details":
        inside = "{% slot summary %}Title{% endslot %}{% slot body %}Some words{% endslot %}"
    source = "{% load allauth %}{% element " + name + " %}" + inside + "{% endelement %}"
    # The library asks a page for its name.
    page = Template(source, origin=Origin("pieces.html", template_name="account/pieces.html"))
    made = page.render(Context())
    assert any(sign in made for sign in PIECES[name]), made
    assert name == "hr" or "Some words" in made
