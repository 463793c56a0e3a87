"""Forecasts: what each series is expected to bring, made ahead, with the test that allows it."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a forecast is about. ``few`` holds the services too small for one of their own."""

    CITY = "city", _("whole city")
    SERVICE = "service", _("service")
    CHANNEL = "channel", _("channel")
    FEW = "few", _("services with few cases, together")


class Method(models.TextChoices):
    """How the figures came about."""

    MODEL = "model", _("seasonal model")
    NAIVE = "naive", _("same weekday of last week")
    EARLY_MODEL = "early_model", _("early: by the hour of the day")
    EARLY_NAIVE = "early_naive", _("early: same hour of the day before")
    POOLED = "pooled", _("share of the small services together")
    NONE = "none", _("no forecast yet")


class Run(models.Model):
    """The latest making of all forecasts. There is one row.

    Forecasts begin on ``as_of``, the first day that is not over (or the last day with a case, where
    none came for a week); they rest on the days from ``since`` up to it.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    since = models.DateField(null=True)
    cases = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.as_of}: {self.done} of {self.total}"

    @property
    def is_old(self) -> bool:
        """Whether the cases stopped coming in long before it was made."""
        return self.as_of is not None and self.started_at.date() - self.as_of > timedelta(days=3)

    @property
    def last_day(self) -> date | None:
        """The last day that was counted."""
        return self.as_of - timedelta(days=1) if self.as_of else None


class Forecast(models.Model):
    """One series: its expectation per day and hour, and how well its method did before.

    ``days`` holds ``[mean, low, high]`` from ``as_of`` on; low and high hold at least four days of
    five. ``profile`` holds, for each of seven days from ``as_of`` on, the share of each hour of the
    day; ``hours_low`` and ``hours_high`` hold whole cases per day and hour. ``recent`` are the
    counts of the days just before. Errors (``mae``) are mean absolute errors in cases: per day, or
    per hour for early forecasts.
    """

    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=200)
    method = models.CharField(max_length=12, choices=Method.choices)
    digest = models.CharField(max_length=64)
    as_of = models.DateField()
    since = models.DateField()
    n = models.PositiveIntegerField(help_text="Cases counted, from since up to as_of.")
    share = models.FloatField(null=True, help_text="Of a pooled service: its part of the pool.")
    four_weeks = models.FloatField(null=True, help_text="Cases expected from as_of on.")
    days = models.JSONField(default=list)
    profile = models.JSONField(default=list)
    hours_low = models.JSONField(default=list)
    hours_high = models.JSONField(default=list)
    recent = models.JSONField(default=list)

    origins = models.PositiveSmallIntegerField(default=0)
    tested = models.PositiveIntegerField(default=0)
    tested_from = models.DateField(null=True)
    tested_to = models.DateField(null=True)
    mae_model = models.FloatField(null=True)
    mae_naive = models.FloatField(null=True)
    coverage = models.FloatField(null=True, help_text="Of the interval shown; 0.8 is aimed at.")
    hour_mae = models.FloatField(null=True)
    hour_mae_naive = models.FloatField(null=True)
    hour_coverage = models.FloatField(null=True)

    class Meta:
        ordering = ["kind", "-n", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="forecast_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"

    @property
    def is_early(self) -> bool:
        """Whether it rests on less than four weeks."""
        return self.method in {Method.EARLY_MODEL, Method.EARLY_NAIVE}

    @property
    def uses_model(self) -> bool:
        """Whether the model did better than the naive forecast, and is used."""
        return self.method in {Method.MODEL, Method.EARLY_MODEL}

    def day(self, ahead: int) -> date:
        """The day that many days after the first."""
        return self.as_of + timedelta(days=ahead)

    def hours(self, ahead: int) -> list[float]:
        """Expected cases in each of the 24 hours of a day ahead."""
        mean: float = self.days[ahead][0]
        shares: list[Any] = self.profile[ahead % 7]
        return [mean * share for share in shares]
