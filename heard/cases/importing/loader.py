"""Writing rows as cases, many at a time, each once by the id it had where it came from."""

from collections.abc import Sequence

from heard.cases.importing.codes import Codes
from heard.cases.importing.rows import SETS, CaseRow, read_case
from heard.cases.models import Case
from heard.core import clock
from heard.core.city import city
from heard.core.imports.bulk import insert_many, update_many
from heard.core.imports.cells import Row
from heard.core.imports.mapping import Mapping
from heard.core.imports.registry import Fate, Terms
from heard.core.references import new_reference

KEYS = ("service_id", "division_id", "district_id")
CHUNK = 500  # ids in one query

Keys = tuple[int, int, int | None]


class CaseLoader:
    """The cases' side of one import."""

    def __init__(self, mapping: Mapping, terms: Terms) -> None:
        self.terms = terms
        self.codes = Codes(mapping, terms)
        # Said only where it differs, so that a city which corrects its zone corrects its cases.
        self.zone = "" if city().zone == mapping.zone else mapping.zone

    def read(self, row: Row) -> CaseRow:
        """The case a row tells of."""
        found = read_case(row)
        self.codes.check(found)
        return found

    def write(self, items: Sequence[CaseRow]) -> list[Fate]:
        """Create the new, change the changed, leave the rest; what became of each."""
        known = self._known([item.external_id for item in items])
        fates: list[Fate] = []
        new, changed = [], {}
        for item in items:
            before = known.get(item.external_id)
            if before is None:
                fates.append("imported")
                new.append(item)
            elif before[1] == item.row_hash:
                fates.append("unchanged")
            else:
                fates.append("updated")
                changed[before[0]] = item
        keys = [self.codes.keys(item) for item in (*new, *changed.values())]
        if not self.terms.dry_run:
            self._create(new, keys[: len(new)])
            self._update(changed, keys[len(new) :])
        return fates

    def notes(self) -> list[str]:
        """What was created on the way."""
        return self.codes.notes()

    def _known(self, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Key and hash of the cases that are here already, by id."""
        found = {}
        for start in range(0, len(ids), CHUNK):
            # "not empty" is what the index is about; without saying so SQLite reads all cases.
            imported = Case.objects.exclude(external_id="").order_by()
            cases = imported.filter(
                source=self.terms.source, external_id__in=ids[start : start + CHUNK]
            )
            for external_id, pk, row_hash in cases.values_list("external_id", "pk", "row_hash"):
                found[external_id] = (pk, row_hash)
        return found

    def _create(self, items: Sequence[CaseRow], keys: Sequence[Keys]) -> None:
        now = clock.now()
        like = Case(source=self.terms.source, zone=self.zone, received_at=now, changed_at=now)
        names = ("reference", "external_id", "row_hash", "times_reopened", *KEYS, *SETS)
        references = _new_references(len(items))
        insert_many(
            like,
            names,
            (
                (ref, item.external_id, item.row_hash, item.times_reopened, *key, *item.values)
                for ref, item, key in zip(references, items, keys, strict=True)
            ),
        )

    def _update(self, items: dict[int, CaseRow], keys: Sequence[Keys]) -> None:
        """The file wins in what it holds; what was said and done here since is kept."""
        if not items:
            return
        now, before = clock.now(), self._locked(list(items))
        names = ("version", "times_reopened", "row_hash", "changed_at", "zone", *KEYS, *SETS)
        rows = []
        for (pk, item), key in zip(items.items(), keys, strict=True):
            version, reopened = before[pk]
            kept = max(reopened, item.times_reopened)
            row = (version + 1, kept, item.row_hash, now, self.zone, *key, *item.values)
            rows.append((pk, row))
        update_many(Case, names, rows)

    def _locked(self, keys: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Version and count of reopenings, locked until the batch is committed."""
        found = {}
        for start in range(0, len(keys), CHUNK):
            cases = Case.objects.select_for_update().filter(pk__in=keys[start : start + CHUNK])
            ordered = cases.order_by("pk").values_list("pk", "version", "times_reopened")
            found.update({pk: (version, reopened) for pk, version, reopened in ordered})
        return found


def _new_references(wanted: int) -> list[str]:
    """References that no case has, checked together: at a million cases chance makes twins."""
    found: list[str] = []
    while len(found) < wanted:
        fresh = {new_reference() for _ in range(wanted - len(found))} - set(found)
        made = list(fresh)
        for start in range(0, len(made), CHUNK):
            taken = Case.objects.filter(reference__in=made[start : start + CHUNK]).order_by()
            fresh -= set(taken.values_list("reference", flat=True))
        found += fresh
    return found
