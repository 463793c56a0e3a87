"""Paging that no insert disturbs: a cursor names the last row, not a place in the list."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from heard.core.errors import Refused

T = TypeVar("T", bound=Model)
_FORM = re.compile(r"([a-z]{1,10})\.(-?\d{1,18})\.(\d{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Order:
    """A column of moments and the way it is walked; the row's id decides between equals."""

    name: str
    column: str
    newest_first: bool

    @property
    def columns(self) -> list[str]:
        """As ``order_by`` takes them."""
        sign = "-" if self.newest_first else ""
        return [f"{sign}{self.column}", f"{sign}id"]

    def after(self, cursor: str) -> Q:
        """The rows behind the one the cursor names. Raises ``Refused`` for what is none."""
        moment, number = self._read(cursor)
        beyond = "lt" if self.newest_first else "gt"
        return Q(**{f"{self.column}__{beyond}": moment}) | Q(
            **{self.column: moment, f"id__{beyond}": number}
        )

    def cursor(self, row: Model) -> str:
        """The cursor that names a row."""
        moment = getattr(row, self.column)
        text = f"{self.name}.{(moment - _EPOCH) // _MICRO}.{row.pk}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[datetime, int]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
            found = _FORM.fullmatch(text)
            if found is not None and found[1] == self.name:
                return _EPOCH + int(found[2]) * _MICRO, int(found[3])
        except (binascii.Error, ValueError, OverflowError):
            pass
        raise Refused("This cursor is not one of this list. Begin without.", field="cursor")


def page(rows: "QuerySet[T]", order: Order, cursor: str, limit: int) -> tuple[list[T], str | None]:
    """The next rows, and the cursor of the page behind them; None where this is the last."""
    if cursor:
        rows = rows.filter(order.after(cursor))
    found = list(rows.order_by(*order.columns)[: limit + 1])
    more = order.cursor(found[limit - 1]) if len(found) > limit else None
    return found[:limit], more
