"""The filters of a measure's page. What the address asks and there is not, is left out."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from heard.measures.definitions import ALL, BY, Definition
from heard.public.sentences import month_told
from heard.ui.forms import FilterForm

BY_NAMES = {
    ALL: _("the whole city"),
    "department": _("department"),
    "division": _("division"),
    "service": _("service"),
    "channel": _("channel"),
    "district": _("district"),
}


class Choice(forms.Select):
    """A list of choices, written at once: three templates each took a third of a page's time."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The same element as Django's."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            (
                (flatatt({"value": option["value"], **option["attrs"]}), option["label"])
                for _group, choices, _place in widget["optgroups"]
                for option in choices
            ),
        )
        about = flatatt({"name": widget["name"], **widget["attrs"]})
        return format_html("<select{}>{}</select>", about, options)


class MeasureFilters(FilterForm):
    """Month, grouping, and the way it is counted. The group is chosen in the picture."""

    period = forms.ChoiceField(label=_("Month"), widget=Choice)
    by = forms.ChoiceField(label=_("Side by side"), widget=Choice)
    way = forms.ChoiceField(label=_("Counted as"), widget=Choice)

    def __init__(
        self,
        card: Definition,
        months: list[str],
        chosen: dict[str, str] | None,
        usual: dict[str, str],
    ) -> None:
        super().__init__(chosen, initial=usual)
        choices = [(month, month_told(month)) for month in reversed(months)]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        self.fields["by"].choices = [(by, BY_NAMES[by]) for by in BY]  # type: ignore[attr-defined]
        ways = [(s.key, str(s)) for s in card.statistics]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]
        if len(ways) == 1:
            del self.fields["way"]
