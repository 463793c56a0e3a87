"""Waves and their columns, read for the tables."""

from collections.abc import Sequence

from heard.microdata.models import Column, Study
from heard.microdata.tables import Wave


def weights_of(study: Study) -> Sequence[float] | None:
    """The weights of a wave, None where it has none."""
    if not study.weight:
        return None
    found = Column.objects.filter(study=study, kind=Column.Kind.WEIGHT).first()
    return found.values if found else None


def wave_of(study: Study) -> Wave:
    """Everything a comparison needs, in two queries."""
    scales = Column.objects.filter(study=study, kind=Column.Kind.SCALE)
    return Wave(list(scales), weights_of(study))
