"""Addresses of this room at the desk."""

from django.urls import path

from heard.joining.views import following, merging, outside, parting

app_name = "joining"
urlpatterns = [
    path("merge/<str:reference>/", merging.choose, name="choose"),
    path("merge/<str:reference>/<str:other>/", merging.confirm, name="merge"),
    path("undo/<int:pk>/", merging.undo, name="undo"),
    path("people/<str:reference>/", following.people, name="people"),
    path("people/<int:pk>/stop/", following.stop, name="stop"),
    path("update/<str:reference>/", following.update, name="update"),
    path("known/", following.known, name="known"),
    path("part/<str:reference>/", parting.new, name="part"),
    path("part/<str:reference>/without/", parting.release, name="release"),
    path("outside/", outside.errands, name="errands"),
    path("outside/<int:pk>/<slug:action>/", outside.act, name="act"),
    path("ask/<str:reference>/", outside.ask, name="ask"),
]
