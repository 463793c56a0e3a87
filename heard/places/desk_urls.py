"""Addresses of hours and closures at the desk."""

from django.urls import path

from heard.places.views import announcing, changing, desk

app_name = "hours"
urlpatterns = [
    path("", desk.index, name="index"),
    path("zone/", changing.city_zone, name="zone"),
    path("closure/", announcing.closure_new, name="closure"),
    path("closure/<int:pk>/withdraw/", announcing.closure_withdraw, name="withdraw"),
    path("special-day/", announcing.special_day_new, name="special-day"),
    path("special-day/<int:pk>/drop/", announcing.special_day_drop, name="drop"),
    path("city/", desk.city_show, name="city-show"),
    path("city/change/", changing.city_change, name="city-change"),
    path("division/<str:code>/", desk.division_show, name="division-show"),
    path("division/<str:code>/change/", changing.division_change, name="division-change"),
    path("division/<str:code>/drop/", changing.division_drop, name="division-drop"),
    path("office/<str:code>/", desk.office_show, name="office-show"),
    path("office/<str:code>/change/", changing.office_change, name="office-change"),
]
