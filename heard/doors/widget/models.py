"""What people say of the city's own web pages, through the widget on them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

LONGEST_WORDS = 2000


class PageRating(models.Model):
    """How well one page helped somebody, 1 (not at all) to 5 (fully), with their words if any.

    Nothing says who it was: no address, no cookie, no name.
    """

    page = models.CharField(max_length=300)
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="en")
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["page", "-at"])]

    def __str__(self) -> str:
        return f"{self.page}: {self.rating}"
