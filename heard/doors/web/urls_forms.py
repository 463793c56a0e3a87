"""The forms of services, at the desk."""

from django.urls import path

from heard.doors.web.views import building

app_name = "forms"
urlpatterns = [
    path("", building.index, name="list"),
    path("question/<int:pk>/", building.question_change, name="question"),
    path("page/<int:pk>/", building.group_change, name="page"),
    path("<slug:what>/<int:pk>/<slug:action>/", building.act, name="act"),
    path("new-question/<path:code>/", building.question_new, name="question_new"),
    path("new-page/<path:code>/", building.group_new, name="page_new"),
    path("preview/<path:code>/", building.preview, name="preview"),
    path("show/<path:code>/", building.show, name="show"),
]
