"""What customers said, for everybody: under ``/results/``."""

from django.urls import path

from heard.voice.views import said

app_name = "said"
urlpatterns = [
    path("what-customers-say/", said.satisfaction, name="satisfaction"),
    path("what-customers-say/<path:code>/", said.division, name="division"),
]
