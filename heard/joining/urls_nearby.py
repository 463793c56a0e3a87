"""Addresses of known problems, for residents."""

from django.urls import path

from heard.joining.views import nearby

app_name = "nearby"
urlpatterns = [
    path("following/<int:pk>/<str:secret>/", nearby.following, name="following"),
    path("<str:reference>/", nearby.problem, name="problem"),
]
