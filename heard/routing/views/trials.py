"""Trying rules on cases of the past, without acting."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.core import clock
from heard.core.errors import Refused
from heard.people.models import Division
from heard.people.roles import needs, staff_of
from heard.routing import reads, trial
from heard.routing.forms import TryForm
from heard.routing.models import RuleVersion, Trial
from heard.routing.telling import Teller, Told
from heard.routing.trial import versions_of

MOST_FLOWS = 40


@needs("write rules")
def new(request: HttpRequest) -> HttpResponse:
    """Choose rules and days, and try."""
    rules = list(reads.rules())
    versions = [v for rule in rules for v in _offered(rule)]
    wanted = request.GET.get("version", "")
    form = TryForm(request.POST or None, initial=_initial(versions, wanted))
    choices = [(v.pk, _label(v)) for v in versions]
    form.fields["versions"].choices = choices  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        chosen = [v for v in versions if v.pk in form.cleaned_data["versions"]]
        since, until = form.span()
        try:
            made = trial.ask(
                chosen, since=since, until=until, actor=staff_of(request).as_actor(),
                about=_about(versions, request.POST.get("about", "")), key=form.cleaned_data["key"],
            )  # fmt: skip
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            trial.advance(made, seconds=trial.AT_ONCE)
            return redirect("routing:trial", made.pk)
    context = {"form": form, "wanted": wanted, "here": "try", "has_rules": bool(versions)}
    return render(request, "routing/try.html", context, status=422 if form.errors else 200)


def _offered(rule: Any) -> list[RuleVersion]:
    """What acts, and the newest draft."""
    found = [rule.live] if rule.live else []
    newest = next(iter(rule.versions.all()), None)
    if newest is not None and newest.pk != rule.live_id:
        found.append(newest)
    for version in found:
        version.is_live = version.pk == rule.live_id
    return found


def _label(version: Any) -> str:
    told = _("{name}, version {number} (acts now)") if version.is_live else _(
        "{name}, version {number} (draft)"
    )  # fmt: skip
    return told.format(name=version.name, number=version.number)


def _initial(versions: list[Any], wanted: str) -> dict[str, Any]:
    """What acts now; the draft one came from takes the place of the version of its rule."""
    asked = next((v for v in versions if str(v.pk) == wanted), None)
    chosen = [
        v for v in versions
        if v is asked or (v.is_live and (asked is None or v.rule_id != asked.rule_id))
    ]  # fmt: skip
    if not chosen:
        chosen = versions
    since, until = trial.last_month(clock.now())
    zone = timezone.get_current_timezone()
    return {
        "versions": [v.pk for v in chosen],
        "since": since.astimezone(zone).date(),
        "until": (until - timedelta(seconds=1)).astimezone(zone).date(),
    }


def _about(versions: list[RuleVersion], wanted: str) -> Any:
    return next((v.rule for v in versions if str(v.pk) == wanted), None)


@dataclass(frozen=True, slots=True)
class RuleTold:
    """What one version would have done."""

    told: Told
    matched: int
    used: int
    given: int
    fault: str
    samples: list[Case]


@dataclass(frozen=True, slots=True)
class Flow:
    """Cases by where they went and where the rules would have sent them."""

    went: str
    would: str
    n: int
    same: bool
    width: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules that both hold and say different things; the first one wins."""

    loser: RuleVersion
    winner: RuleVersion
    n: int
    samples: list[Case]


@needs("write rules")
def show(request: HttpRequest, trial: int) -> HttpResponse:
    """What came of a trial, or how far it is."""
    found = get_object_or_404(Trial.objects.select_related("asked_by"), pk=trial)
    versions = {v.pk: v for v in versions_of(found)}
    cases = _samples(found.tally)
    names = {str(d.pk): str(d) for d in Division.objects.all()}
    flows, more = _flows(found.tally, names)
    context = {
        "trial": found,
        "last_day": found.until - timedelta(seconds=1),
        "share_done": found.done / found.total if found.total else 1,
        "rules": _rules(found.tally, versions, cases),
        "flows": flows,
        "more_flows": more,
        "conflicts": _conflicts(found.tally, versions, cases),
        "changed": [cases[pk] for pk in found.tally.get("changed", []) if pk in cases],
        "unmatched": found.done - found.tally.get("matched", 0),
        "seconds": found.worked,
        "here": "try",
    }
    return render(request, "routing/trial.html", context)


def _samples(tally: dict[str, Any]) -> dict[int, Case]:
    """All cases that the page names, in one query."""
    wanted = set(tally.get("changed", []))
    for part in ("rules", "conflicts"):
        for row in tally.get(part, {}).values():
            wanted.update(row["samples"])
    rows = Case.objects.select_related("service", "division")
    return rows.defer("answers", "outcome_words").in_bulk(wanted)


def _rules(
    tally: dict[str, Any], versions: dict[int, RuleVersion], cases: dict[int, Case]
) -> list[RuleTold]:
    teller, found = Teller(), []
    for pk, version in versions.items():
        row = tally["rules"].get(str(pk)) or {}
        found.append(
            RuleTold(
                teller.version(version),
                row.get("matched", 0),
                row.get("used", 0),
                row.get("given", 0),
                row.get("fault", ""),
                [cases[one] for one in row.get("samples", []) if one in cases],
            )
        )
    return found


def _flows(tally: dict[str, Any], names: dict[str, str]) -> tuple[list[Flow], int]:
    pairs = sorted(tally["flows"].items(), key=lambda item: (-item[1], item[0]))
    most = max((n for _pair, n in pairs), default=1)
    found = []
    for pair, n in pairs[:MOST_FLOWS]:
        went, _arrow, would = pair.partition(">")
        width = str(max(1, 100 * n // most))
        told = names.get(went, "?"), names.get(would, "?")
        found.append(Flow(*told, n, went == would, width))
    return found, len(pairs) - len(found)


def _conflicts(
    tally: dict[str, Any], versions: dict[int, RuleVersion], cases: dict[int, Case]
) -> list[Conflict]:
    found = []
    for pair, row in tally["conflicts"].items():
        loser, _arrow, winner = pair.partition(">")
        if int(loser) in versions and int(winner) in versions:
            samples = [cases[pk] for pk in row["samples"] if pk in cases]
            found.append(Conflict(versions[int(loser)], versions[int(winner)], row["n"], samples))
    return sorted(found, key=lambda c: -c.n)
