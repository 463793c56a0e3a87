"""Addresses of the residents' door. English has no prefix, Spanish lies under ``/es/``."""

from django.urls import path

from heard.doors.web.views import case, find, home, offline, pages, person, report, step, survey

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("services/", home.services, name="services"),
    # ``path``: a code that came with imported cases may hold a slash.
    path("services/<path:code>/", report.service, name="service"),
    path("report/check/<path:code>/", step.check, name="check"),
    path("report/start-over/<path:code>/", step.start_over, name="start_over"),
    path("report/<slug:slug>/<path:code>/", step.step, name="step"),
    path("case/<str:reference>/<str:secret>/", case.case, name="case"),
    path("case/<str:reference>/<str:secret>/sent/", case.sent, name="sent"),
    path("case/<str:reference>/<str:secret>/<slug:action>/", case.act, name="act"),
    path("survey/<str:reference>/<str:secret>/", survey.survey, name="survey"),
    path("survey/<str:reference>/<str:secret>/first/", survey.first, name="first_answer"),
    path("survey/<str:reference>/<str:secret>/stop/", survey.stop, name="stop_surveys"),
    path("survey/<str:reference>/<str:secret>/thanks/", survey.thanks, name="thanks"),
    path("find/", find.find, name="find"),
    path("person/", person.person, name="person"),
    path("person/call/<str:reference>/<str:secret>/", person.call, name="call"),
    path("offline/", offline.offline, name="offline"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
