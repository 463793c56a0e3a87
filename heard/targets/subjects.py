"""What a target or a figure can be about: a computed measure, or one of our own."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.core.words import Words, said
from heard.measures.definitions import Definition, Statistic, measures
from heard.targets.models import OwnMeasure


@dataclass(frozen=True, slots=True)
class Subject:
    """One measure in one way of counting. ``statistic`` is empty for measures of our own."""

    key: str
    statistic: str
    name: Words
    unit: str
    direction: str
    card: Definition | None = None
    own: OwnMeasure | None = None

    def __str__(self) -> str:
        return said(self.name)

    @property
    def counted(self) -> Statistic | None:
        """The statistic of a computed measure."""
        return self.card.statistic(self.statistic) if self.card else None


def subject(measure: str, statistic: str = "") -> Subject:
    """The measure of a key, in its usual statistic where none is named. Raises ``Refused``."""
    card = measures().get(measure)
    if card is None:
        own = OwnMeasure.objects.filter(key=measure).first()
        if own is None:
            raise Refused(_("There is no such measure."), field="measure")
        return of_own(own)
    if statistic and statistic not in {one.key for one in card.statistics}:
        raise Refused(_("This measure is not counted in that way."), field="measure")
    return of_card(card, card.statistic(statistic or None))


def of_own(own: OwnMeasure) -> Subject:
    """The subject of a measure of our own."""
    return Subject(own.key, "", own.name, own.unit, own.direction, own=own)


def of_card(card: Definition, counted: Statistic) -> Subject:
    """The subject of a computed measure."""
    return Subject(card.key, counted.key, card.name, counted.unit, card.direction, card=card)


def subjects() -> list[Subject]:
    """Every computed measure in each way it is counted, then our own; one query."""
    found = [of_card(card, way) for card in measures().values() for way in card.statistics]
    return found + [of_own(own) for own in OwnMeasure.objects.all()]
