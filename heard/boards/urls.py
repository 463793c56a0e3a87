"""Addresses of this room at the desk."""

from django.urls import path

from heard.boards.views import alerts, board, managing, score, weekly

app_name = "boards"
urlpatterns = [
    path("", board.home, name="home"),
    path("alerts/", alerts.listed, name="alerts"),
    path("alerts/rules/", alerts.rules, name="rules"),
    path("alerts/<int:signal>/", alerts.show, name="alert"),
    path("mute/<slug:measure>/", alerts.mute, name="mute"),
    path("mail/", weekly.show, name="mail"),
    path("compare/", managing.overview, name="compare"),
    path("compare/import/", managing.bring_in, name="import"),
    path("compare/files/<int:file>/", managing.file, name="file"),
    path("compare/cities/<int:peer>/", managing.peer, name="peer"),
    path("score/", score.manage, name="score"),
    path("<path:code>/", board.show, name="division"),
]
