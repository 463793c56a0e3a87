"""``{% answers_of service %}``: the answers that belong to a service, for its page."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from heard.answers.reads import of_service
from heard.catalogue.models import Service
from heard.ui.components import render_component

register = template.Library()

BANDS = {
    "very easy": (_("Very easy"), "good"),
    "easy": (_("Easy"), "good"),
    "fair": (_("Plain enough"), "good"),
    "hard": (_("Rather hard"), "warn"),
    "very hard": (_("Very hard"), "bad"),
}


@register.inclusion_tag("answers/parts/of_service.html")
def answers_of(service: Service) -> dict[str, Any]:
    """The public answers of a service, in one query; nothing where there are none."""
    return {"answers": of_service(service.pk)}


@register.simple_tag(takes_context=True)
def band_tag(context: template.Context, band: str) -> SafeString:
    """How hard a text is, in words."""
    label, tone = BANDS[band]
    return render_component(context, "tag", {"label": label, "tone": tone})
