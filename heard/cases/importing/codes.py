"""Departments, divisions, services and districts that rows name: found, created or missed."""

from collections import Counter

from heard.cases.importing.rows import CaseRow
from heard.catalogue.models import Service
from heard.core.actors import importer
from heard.core.imports.mapping import Mapping
from heard.core.imports.registry import RowRejected, Terms
from heard.core.writes import record
from heard.people.models import Department, Division
from heard.places.models import District

IN_DRY_RUN = -1  # stands for the key of what a dry run would have created


class Codes:
    """The keys of codes, read once and kept; creates what is missing where that is wanted."""

    def __init__(self, mapping: Mapping, terms: Terms) -> None:
        self.mapping = mapping
        self.terms = terms
        self.actor = importer(terms.source)
        self.departments = dict(Department.objects.values_list("code", "pk"))
        self.divisions = dict(Division.objects.values_list("code", "pk"))
        self.districts = dict(District.objects.values_list("code", "pk"))
        services = list(Service.objects.values_list("code", "pk", "division_id"))
        self.services = {code: pk for code, pk, _division in services}
        self.division_of = {code: division for code, _pk, division in services}
        self.created: Counter[str] = Counter()

    def check(self, row: CaseRow) -> None:
        """Reject a row whose codes cannot be found or created."""
        if self._needs_division(row) and not row.division:
            raise RowRejected(
                f"The row names no department, and the service “{row.service}” has no division "
                "yet. Let the mapping give [columns] or [fallback] for department."
            )
        if self.terms.on_missing == "create":
            return
        for what, code, known in (
            ("service", row.service, self.services),
            ("division", row.division, self.divisions),
            ("district", row.district, self.districts),
        ):
            if code and code not in known:
                raise RowRejected(
                    f"There is no {what} “{code}” here. Add it, name another in [values.{what}] of "
                    "the mapping, or run with --on-missing create."
                )

    def keys(self, row: CaseRow) -> tuple[int, int, int | None]:
        """Keys of service, division and district, created where they are missing."""
        division = self._division(row) if row.division else self.division_of[row.service]
        service = self.services.get(row.service)
        if service is None:
            service = self._create_service(row, division)
        district = None
        if row.district:
            district = self.districts.get(row.district) or self._create_district(row.district)
        return service, division, district

    def notes(self) -> list[str]:
        """What was created, for the report."""
        if not self.created:
            return []
        said = ", ".join(f"{what} {n:,}" for what, n in self.created.items())
        verb = "Would create" if self.terms.dry_run else "Created"
        lines = [f"{verb} on the way: {said}."]
        if self.created["services"]:
            lines.append(
                "New services are not offered to residents until an administrator gives them "
                "instructions and a promise and makes them active; their cases count at once."
            )
        return lines

    def _needs_division(self, row: CaseRow) -> bool:
        return row.service not in self.division_of

    def _division(self, row: CaseRow) -> int:
        found = self.divisions.get(row.division)
        if found is not None:
            return found
        department = self._department(row.department or row.division)
        if row.division_name:
            name = self.mapping.name_for("division", row.division, row.division_name)
        else:
            name = self.mapping.name_for("department", row.department)
        self.created["divisions"] += 1
        if self.terms.dry_run:
            key = IN_DRY_RUN
        else:
            made, _new = Division.objects.get_or_create(
                code=row.division, defaults={"department_id": department, "name": name}
            )
            record("division.made", about=made, actor=self.actor)
            key = made.pk
        self.divisions[row.division] = key
        return key

    def _department(self, code: str) -> int:
        found = self.departments.get(code)
        if found is not None:
            return found
        self.created["departments"] += 1
        key = IN_DRY_RUN
        if not self.terms.dry_run:
            name = self.mapping.name_for("department", code)
            made, _new = Department.objects.get_or_create(code=code, defaults={"name": name})
            record("department.made", about=made, actor=self.actor)
            key = made.pk
        self.departments[code] = key
        return key

    def _create_service(self, row: CaseRow, division: int) -> int:
        self.created["services"] += 1
        key = IN_DRY_RUN
        if not self.terms.dry_run:
            name = {"en": row.service_name} if row.service_name else None
            group = row.division_name or row.department or row.division
            made, _new = Service.objects.get_or_create(
                code=row.service,
                defaults={
                    "name": name or self.mapping.name_for("service", row.service),
                    "group": self.mapping.name_for("division", group) if group else {},
                    "division_id": division,
                    # Not offered yet: it has neither instructions nor a promise.
                    "is_active": False,
                },
            )
            record("service.made", about=made, actor=self.actor)
            key = made.pk
        self.services[row.service] = key
        self.division_of[row.service] = division
        return key

    def _create_district(self, code: str) -> int:
        self.created["districts"] += 1
        key = IN_DRY_RUN
        if not self.terms.dry_run:
            name = self.mapping.name_for("district", code)
            made, _new = District.objects.get_or_create(code=code, defaults={"name": name})
            record("district.made", about=made, actor=self.actor)
            key = made.pk
        self.districts[code] = key
        return key
