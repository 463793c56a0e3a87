"""A list on a page: its rows, its filters, and which page of it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from heard.ui.forms import FilterForm

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One page of a list. The template is ``{% component "list" listing=… caption=… %}``."""

    page: "Page[T]"
    filters: FilterForm | None = None

    @property
    def rows(self) -> Sequence[T]:
        """The rows of this page."""
        return self.page.object_list  # type: ignore[return-value]

    @property
    def total(self) -> int:
        """How many rows there are on all pages."""
        return self.page.paginator.count

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.page.paginator.num_pages

    @property
    def first(self) -> int:
        """The place of this page's first row, from 1."""
        return self.page.start_index()

    @property
    def last(self) -> int:
        """The place of this page's last row."""
        return self.page.end_index()

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        form = self.filters
        return form is not None and any(form.data.get(form.add_prefix(n)) for n in form.fields)


def listing(
    request: HttpRequest,
    rows: "QuerySet[Any, T] | Sequence[T]",
    *,
    filters: FilterForm | None = None,
    per_page: int = 25,
) -> Listing[T]:
    """The page of rows that ``?page=`` asks for; the first or the last where it asks nonsense."""
    found: Page[T] = Paginator(rows, per_page).get_page(request.GET.get("page"))
    return Listing(found, filters)
