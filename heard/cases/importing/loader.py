"""Writing rows as cases, many at a time, each once by the id it had where it came from."""

from collections.abc import Sequence

from heard.cases.importing.codes import Codes
from heard.cases.importing.rows import SETS, CaseRow, read_case
from heard.cases.models import Case
from heard.core import clock
from heard.core.city import city
from heard.core.imports.cells import Row
from heard.core.imports.mapping import Mapping
from heard.core.imports.registry import Fate, Terms
from heard.core.references import new_reference

KEYS = ("service_id", "division_id", "district_id")
CHUNK = 500  # ids in one query
UPDATE_CHUNK = 100


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
            cases = Case.objects.filter(
                source=self.terms.source, external_id__in=ids[start : start + CHUNK]
            ).order_by()
            for external_id, pk, row_hash in cases.values_list("external_id", "pk", "row_hash"):
                found[external_id] = (pk, row_hash)
        return found

    def _create(
        self, items: Sequence[CaseRow], keys: Sequence[tuple[int, int, int | None]]
    ) -> None:
        references = _new_references(len(items))
        made = []
        for item, key, reference in zip(items, keys, references, strict=True):
            case = Case(
                reference=reference,
                source=self.terms.source,
                external_id=item.external_id,
                times_reopened=item.times_reopened,
            )
            made.append(self._filled(case, item, key))
        Case.objects.bulk_create(made, batch_size=CHUNK)

    def _update(
        self, items: dict[int, CaseRow], keys: Sequence[tuple[int, int, int | None]]
    ) -> None:
        """The file wins in what it holds; what was said and done here since is kept."""
        if not items:
            return
        cases = Case.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(list(items))
        for (pk, item), key in zip(items.items(), keys, strict=True):
            case = cases[pk]
            case.version += 1
            case.times_reopened = max(case.times_reopened, item.times_reopened)
            self._filled(case, item, key)
        sets = (*SETS, *KEYS, "zone", "row_hash", "changed_at", "version", "times_reopened")
        fields = [name.removesuffix("_id") for name in sets]
        Case.objects.bulk_update(cases.values(), fields, batch_size=UPDATE_CHUNK)

    def _filled(self, case: Case, item: CaseRow, key: tuple[int, int, int | None]) -> Case:
        for name, value in zip(SETS, item.values, strict=True):
            setattr(case, name, value)
        case.service_id, case.division_id, case.district_id = key
        case.zone, case.row_hash, case.changed_at = self.zone, item.row_hash, clock.now()
        return case


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
