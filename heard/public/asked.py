"""What the address of a measure's page asks for: way of counting, grouping, group, month."""

from dataclasses import dataclass

from django.http import HttpRequest

from heard.measures.definitions import ALL, BY, Definition, Statistic, UnknownName
from heard.public.panels import measure_url


@dataclass(frozen=True)
class Asked:
    """What the address asks for, with the usual in place of what it does not or cannot."""

    card: Definition
    statistic: Statistic
    by: str
    group: str
    period: str

    @property
    def query(self) -> dict[str, str]:
        """What the address says of it; nothing of what is usual."""
        usual = self.statistic.key == self.card.default
        way = {} if usual else {"way": self.statistic.key}
        return {"period": self.period, "by": self.by, "group": self.group} | way

    @property
    def scope(self) -> dict[str, str]:
        """The same for one figure: a grouping only where a group of it is chosen."""
        chosen = dict(self.query)
        if not self.group:
            chosen.pop("by")
            chosen.pop("group")
        return chosen

    def url(self, **changes: str) -> str:
        """The same page with a change."""
        return measure_url(self.card, self.query | changes)


def asked_statistic(request: HttpRequest, card: Definition) -> Statistic:
    """The way of counting the address names; the usual one where there is none of that name."""
    wanted = request.GET.get("way") or request.GET.get("cohort") or request.GET.get("statistic")
    try:
        return card.statistic(wanted)
    except UnknownName:
        return card.statistic()


def asked_group(request: HttpRequest) -> tuple[str, str]:
    """The grouping and group the address names; the whole city where it names none."""
    by, group = request.GET.get("by", ""), request.GET.get("group", "")[:200]
    return (by, group) if by in BY and group else (ALL, ALL)
