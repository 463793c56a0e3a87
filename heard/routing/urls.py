"""Addresses of this room. The calendar feed has a name space of its own: no sign-in guards it."""

from django.urls import URLPattern, URLResolver, include, path

from heard.routing.views import feed, handing, roster, rules, teams, trials

app_name = "routing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", roster.home, name="home"),
    path("rules/", rules.index, name="rules"),
    path("rules/new/", rules.new, name="rule_new"),
    path("rules/<int:rule>/", rules.change, name="rule"),
    path("rules/<int:rule>/<slug:action>/", rules.act, name="rule_act"),
    path("teams/", teams.index, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/<int:team>/", teams.change, name="team"),
    path("try/", trials.new, name="try"),
    path("try/<int:trial>/", trials.show, name="trial"),
    path("roster/", roster.week, name="roster"),
    path("roster/mine/", roster.mine, name="mine"),
    path("roster/mine/renew/", roster.renew, name="renew"),
    path("roster/<slug:what>/new/", roster.new, name="roster_new"),
    path("roster/<slug:what>/<int:row>/end/", roster.end, name="roster_end"),
    path("hand-over/", handing.index, name="hand_overs"),
    path("hand-over/new/", handing.new, name="hand_over_new"),
    path("hand-over/<int:note>/", handing.show, name="hand_over"),
    path(
        "feed/",
        include(([path("<int:staff>/<str:secret>.ics", feed.shifts, name="shifts")], "feeds")),
    ),
]
