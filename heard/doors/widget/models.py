"""Which of the city's web pages was rated through the widget on it."""

from django.db import models

from heard.voice.models import Response


class PageRating(models.Model):
    """The page that an answer in the widget's pool is about, without query and fragment.

    Nothing says who it was: no address, no cookie, no name.
    """

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="page_rating")
    page = models.CharField(max_length=300)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["page", "-at"])]

    def __str__(self) -> str:
        return f"{self.page}: {self.response.satisfaction}"
