"""Bringing a wave in."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.microdata.codebook import Options, read
from heard.microdata.models import Column, Study
from heard.people.roles import require

LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a wave: its short name, its name, which wave, and where it is from."""

    code: str
    name: str
    wave: str
    source: str = ""


@write
def bring_in(about: About, *, data: bytes, book: bytes, options: Options, actor: Actor) -> Study:
    """Read a wave and keep it; the same code again replaces it whole."""
    require(actor, "write surveys")
    if max(len(data), len(book)) > LARGEST:
        raise Refused(_("The file is larger than 25 MB."), field="answers")
    columns, notes, n = read(data, book, options)
    Study.objects.filter(code=about.code).delete()
    study = Study.objects.create(
        code=about.code, name=about.name, wave=about.wave, source=about.source[:200], n=n,
        weight=options.weight, notes=notes, made_at=clock.now(),
        made_by_id=actor.id if actor.kind == "staff" else None,
    )  # fmt: skip
    Column.objects.bulk_create(
        [
            Column(
                study=study, place=place, name=one.name, wording=one.wording, kind=one.kind,
                low=one.low, high=one.high, is_reversed=one.is_reversed,
                labels=dict(one.labels), dont_know=one.dont_know, values=list(one.values),
            )
            for place, one in enumerate(columns)
        ],
        batch_size=50,
    )  # fmt: skip
    record("study.brought_in", about=study, actor=actor, data={"columns": len(columns), "n": n})
    return study
