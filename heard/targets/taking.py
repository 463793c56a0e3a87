"""Taking a ready-made measure of the library: it becomes one of our own, to be entered."""

from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import said
from heard.core.writes import write
from heard.measures.definitions import measures
from heard.measures.templates import templates
from heard.people.roles import require
from heard.targets.models import OwnMeasure
from heard.targets.services import declare


@write
def take_template(template: str, *, actor: Actor) -> OwnMeasure:
    """Declare the measure of a template; for a ratio, what it is made of too. Taken once.

    Raises ``Refused`` where there is no such template, or its short name means something else.
    """
    require(actor, "keep targets")
    offered = templates().get(template)
    if offered is None:
        raise Refused(_("There is no such ready-made measure."))
    if earlier := OwnMeasure.objects.filter(key=template).first():
        return earlier
    for part in (offered.numerator, offered.denominator):
        if part and part in templates() and part not in measures():
            take_template(part, actor=actor)
    made = OwnMeasure(
        key=offered.key,
        kind=offered.kind,
        name=offered.name,
        definition=offered.definition,
        why=offered.why,
        limits=offered.limits,
        source=f"{said(offered.source)} ({said(offered.origin)})"[:300],
        unit=offered.unit,
        direction=offered.direction,
        period_kind=offered.period_kind,
        numerator=offered.numerator,
        denominator=offered.denominator,
    )
    return declare(made, actor=actor)
