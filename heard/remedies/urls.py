"""Addresses of this room."""

from django.urls import URLPattern, path

from heard.remedies.views import giving, report, table

app_name = "remedies"
urlpatterns: list[URLPattern] = [
    path("", report.show, name="report"),
    path("give/<str:reference>/", giving.give, name="give"),
    path("wishes/", giving.wishes, name="wishes"),
    path("wishes/<int:wish>/", giving.decide, name="wish"),
    path("table/", table.show, name="table"),
    path("table/line/", table.line, name="line_new"),
    path("table/line/<int:authority>/", table.line, name="line"),
    path("table/line/<int:authority>/drop/", table.drop, name="drop"),
    path("table/kinds/new/", table.kind, name="kind_new"),
    path("table/kinds/<slug:code>/", table.kind, name="kind"),
]
