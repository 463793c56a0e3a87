"""Where mentions come from: an account at a network, a feed, a bridge."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.references import link_secret


class Source(models.Model):
    """One place we listen to, and how far we are there."""

    class Kind(models.TextChoices):
        MASTODON = "mastodon", _("the city’s Mastodon account")
        FEED = "feed", _("a feed (RSS or Atom)")
        BRIDGE = "bridge", _("a bridge that calls us")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)
    secret_version = models.PositiveSmallIntegerField(default=1)
    last_id = models.CharField(max_length=80, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """How mentions name it: ``feed:3``."""
        return f"{self.kind}:{self.pk}"

    def secret(self) -> str:
        """What a bridge signs with: derived, never stored; a new version ends the old one."""
        return link_secret("bridge", self.pk, self.secret_version)


class BridgeCall(models.Model):
    """A call of a bridge that was taken, so that a replay is known; forgotten after a day."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE)
    signature = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "signature"], name="bridge_call_once")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.at}"
