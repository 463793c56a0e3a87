"""Results: every figure that is published, computed ahead, with the snapshot it came from."""

from django.db import models

from heard_stats import is_small


class Computation(models.Model):
    """One time that figures were computed and something came out different. A row is kept for as
    long as a figure in force was made by it.

    ``how``: ``all`` of the figures, or what ``changed`` rows and passing time could alter.
    """

    as_of = models.DateTimeField(help_text="What was due later than this was not judged yet.")
    how = models.CharField(max_length=8, choices=[("all", "all"), ("changed", "changed")])
    changed = models.PositiveIntegerField(default=0, help_text="Rows written or taken away.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.as_of:%Y-%m-%d %H:%M}"


class ComputedFile(models.Model):
    """A file of the lake that was new in a computation; ``bytes`` is None where it had gone.

    What a computation read is, for each fact and month, the latest of these up to its number.
    """

    computation = models.ForeignKey(Computation, on_delete=models.CASCADE, related_name="files")
    fact = models.CharField(max_length=40)
    month = models.CharField(max_length=16, help_text="Of the file: 2011-08, 2011-08-settled.")
    bytes = models.PositiveBigIntegerField(null=True)
    made = models.BigIntegerField(help_text="Nanoseconds since 1970.")

    class Meta:
        ordering = ["fact", "month", "computation"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "month", "computation"], name="computed_file_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.month} ({self.computation_id})"


class Result(models.Model):
    """One figure of one group in one period.

    ``statistic`` is the way the measure is counted: a cohort (``closed``, ``due``), a quantile
    (``median``, ``p90``), a score (``index``, ``top2``) or ``count``. ``group`` is a stable code
    (``all`` where ``by`` is ``all``). ``left_out`` counts rows of the period that do not enter,
    such as cases without a promise. A suppressed row keeps its ``n`` and nothing else.
    """

    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20)
    definition = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=7)
    by = models.CharField(max_length=12)
    group = models.CharField(max_length=200)
    n = models.PositiveIntegerField()
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    suppressed = models.BooleanField(default=False)
    left_out = models.PositiveIntegerField(default=0)
    detail = models.JSONField(default=dict)
    computation = models.ForeignKey(
        Computation, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+", help_text="What made it as it is: from which files, up to which moment.",
    )  # fmt: skip

    class Meta:
        ordering = ["measure", "statistic", "by", "period", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "statistic", "definition", "by", "period", "group"],
                name="result_once",
            )
        ]
        indexes = [models.Index(fields=["by", "group", "period"])]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.period} {self.by}={self.group}: {self.value}"

    @property
    def is_companion(self) -> bool:
        """Hidden though large enough, so that a smaller group beside it cannot be worked out."""
        return self.suppressed and not is_small(self.n)

    @property
    def definition_id(self) -> str:
        """Which definition made it, for example ``on_time-closed-v1``."""
        return definition_id(self.measure, self.statistic, self.definition)


def definition_id(measure: str, statistic: str, version: int) -> str:
    """How a definition is named where it is published."""
    return f"{measure}-{statistic}-v{version}"


class Snapshot(models.Model):
    """When results were last computed, and from which files. There is one row.

    ``digests``: of each series of figures, what made it (formula, card, code); where that is
    another today, it is computed anew.
    """

    as_of = models.DateTimeField(help_text="What was due later than this is not judged yet.")
    changed_at = models.DateTimeField(help_text="When a figure last changed.")
    files = models.JSONField(default=list)
    digests = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M}"


class Chart(models.Model):
    """A picture made ahead. ``digest`` names both the data drawn and the file it is in."""

    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20)
    by = models.CharField(max_length=12)
    group = models.CharField(max_length=200)
    language = models.CharField(max_length=5)
    size = models.CharField(max_length=6)
    digest = models.CharField(max_length=32)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "group", "measure", "statistic", "language", "size"],
                name="chart_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.statistic} {self.by}={self.group} ({self.language})"


from heard.measures.built_models import BuiltMeasure, BuiltVersion, Trial  # noqa: E402, F401
