"""Components render what they are given and nothing else."""

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from heard.ui import navigation
from heard.ui.icons import icon
from heard.ui.lists import Listing, listing
from heard.ui.patterns.samples import SampleFilters

pytestmark = pytest.mark.django_db


def render(text: str, **values: Any) -> str:
    return Template(text).render(Context(values))


def on_page(text: str, address: str, **values: Any) -> str:
    return Template(text).render(RequestContext(RequestFactory().get(address), values))


def test_the_body_sees_the_page_and_the_component_does_not():
    html = render(
        '{% component "card" %}{{ secret }}{% endcomponent %}', secret="inside", title="leaked"
    )
    assert "inside" in html
    assert "leaked" not in html


def test_parts_go_where_the_component_says():
    html = render(
        '{% component "card" title="T" %}body{% fill foot %}<b>f</b>{% endfill %}{% endcomponent %}'
    )
    assert '<div class="card__foot"><b>f</b></div>' in html
    assert html.count("<b>f</b>") == 1


def test_text_is_escaped():
    assert "<b>" not in render('{% component "alert" title=t %}x{% endcomponent %}', t="<b>")
    assert "<b>" not in render("{% tag t %}", t="<b>")


@pytest.mark.parametrize("text", [
    "{% component %}{% endcomponent %}", '{% component "card" title %}{% endcomponent %}',
    '{% component "card" %}', "{% fill %}{% endfill %}",
])  # fmt: skip
def test_a_slip_in_a_template_is_named(text):
    with pytest.raises(TemplateSyntaxError):
        render(text)


def test_icons_are_drawn_in_and_named_only_when_they_mean_something():
    assert 'aria-hidden="true"' in icon("phone")
    assert "<path" in icon("phone")
    assert 'role="img" aria-label="A &lt;star&gt;"' in icon("star", "A <star>")
    assert "<path" not in icon("../../secret")
    assert "ns0" not in icon("sentiment_neutral")


def test_a_list_knows_its_place_and_keeps_its_filters():
    request = RequestFactory().get("/x/?q=hole&page=2")
    found = listing(request, list(range(60)), filters=SampleFilters(request.GET), per_page=25)
    assert (found.first, found.last, found.total, found.pages) == (26, 50, 60, 3)
    assert found.filtered
    html = on_page(
        '{% component "list" listing=l caption="Cases" %}<tbody></tbody>{% endcomponent %}',
        "/x/?q=hole&page=2", l=found,
    )  # fmt: skip
    assert "26 to 50 of 60" in html
    assert 'href="?q=hole&amp;page=3"' in html
    assert 'value="hole"' in html
    assert 'aria-current="page"' in html


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", ""])
def test_a_page_that_is_none_shows_a_page(page):
    found = listing(RequestFactory().get("/", {"page": page}), list(range(60)))
    assert len(found.rows) > 0


def test_an_empty_list_says_what_to_do():
    request = RequestFactory().get("/x/?q=nothing")
    page = '{% component "list" listing=l caption="Cases" empty="None yet" %}{% endcomponent %}'
    filtered: Listing[int] = listing(request, [], filters=SampleFilters(request.GET))
    assert "Nothing fits these filters" in on_page(page, "/x/?q=nothing", l=filtered)
    bare: Listing[int] = listing(
        RequestFactory().get("/x/"), [], filters=SampleFilters(QueryDict(""))
    )
    assert "None yet" in on_page(page, "/x/", l=bare)


def test_filters_keep_what_is_not_theirs():
    html = on_page("{% filters f %}", "/x/?q=a&view=mine&page=4", f=SampleFilters(QueryDict("q=a")))
    assert '<input type="hidden" name="view" value="mine">' in html
    assert 'name="page"' not in html
    assert 'href="/x/?view=mine"' in html


def test_one_page_needs_no_pager():
    assert on_page("{% pager p %}", "/", p=Paginator([1], 10).get_page(1)).strip() == ""


def test_a_key_figure_tells_how_sure_it_is_or_why_it_is_silent():
    html = render('{% key_figure "On time" 0.84 "share" n=388 of="cases" low=0.81 high=0.87 %}')
    assert "84%" in html
    assert "likely between 81% and 87%" in html
    assert "388 cases" in html
    assert "Too few to show" in render('{% key_figure "x" 0.9 "share" n=2 suppressed="yes" %}')
    assert "No data yet" in render('{% key_figure "x" None "share" n=0 %}')


def test_menus_show_what_a_person_may_open_and_where_they_are(rf, monkeypatch):
    monkeypatch.setitem(navigation._links, "desk", [])
    navigation.add("desk", navigation.Link("Second", to="health", order=20))
    navigation.add("desk", navigation.Link("First", to="patterns", order=10))
    navigation.add("desk", navigation.Link("First again", to="patterns"))
    navigation.add("desk", navigation.Link("Hidden", to="theme", shows=lambda user: False))
    found = navigation.shown("desk", rf.get("/health"))
    assert [(link.label, link.current) for link in found] == [("First", False), ("Second", True)]
