"""What the desk keeps: saved views, who is here, mentions, and work on many cases at once."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case, Message
from heard.people.models import Division, Staff

NAME_LIMIT, QUERY_LIMIT = 60, 1000


class SavedView(models.Model):
    """Filters of the list under a name: a person's own, or shared with a division."""

    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="views")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.CASCADE, related_name="views",
        help_text=_("The division it is shared with; nobody when empty."),
    )  # fmt: skip
    name = models.CharField(max_length=NAME_LIMIT)
    query = models.CharField(max_length=QUERY_LIMIT, help_text=_("The filters, as in the address."))
    order = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="desk_view_named")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The list with these filters."""
        return f"{reverse('desk:list')}?view={self.pk}&{self.query}"


class FirstView(models.Model):
    """The view a person's list opens with."""

    person = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="first_view")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"{self.person}: {self.view}"


class Presence(models.Model):
    """Somebody has a case open, or writes in it. Told while it is fresh, then forgotten."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="here")
    person = models.ForeignKey(Staff, on_delete=models.CASCADE)
    seen_at = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="desk_here_once")]
        indexes = [models.Index(fields=["seen_at"], name="desk_here_seen")]

    def __str__(self) -> str:
        return f"{self.person} at {self.case}"


class Mention(models.Model):
    """A colleague is named in a note. Unread until they open the case."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="mentions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mentions")
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "message"], name="desk_mentioned_once")
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="desk_mention_person"),
            models.Index(
                fields=["person", "case"], name="desk_mention_unread",
                condition=models.Q(read_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}: {self.message_id}"


class BulkRun(models.Model):
    """One thing done with many cases: by whom, what, and how far it is."""

    class State(models.TextChoices):
        RUNNING = "running", _("at work")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="bulk_runs")
    action = models.CharField(max_length=20)
    given = models.JSONField(default=dict, help_text=_("What was filled in: colleague, words…"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-id"], name="desk_bulk_by")]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    def get_absolute_url(self) -> str:
        """How far it is, what was refused, and undo."""
        return reverse("desk:bulk-run", args=[self.pk])


class BulkItem(models.Model):
    """One case of a run, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("could not be undone")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    seen_version = models.PositiveIntegerField(help_text=_("The case as the preview showed it."))
    version = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("The case as this run left it.")
    )
    before = models.JSONField(default=dict, help_text=_("What undo goes back to."))
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="desk_bulk_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="desk_bulk_next")]

    def __str__(self) -> str:
        return f"{self.run}: {self.case_id} {self.state}"
