"""What was said of the city's pages, at the desk."""

from django.urls import path

from heard.doors.widget.views import desk

app_name = "widget_desk"
urlpatterns = [path("", desk.pages, name="pages")]
