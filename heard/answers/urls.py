"""Addresses of the answers: for residents under /answers/, for staff under /desk/answers/."""

from django.urls import include, path

from heard.answers.views import acting, desk, public, templates, writing

residents = [
    path("", public.answers, name="list"),
    path("<slug:slug>/", public.answer, name="answer"),
    path("<slug:slug>/helped/", public.helped, name="helped"),
]
staff = [
    path("", desk.answers, name="list"),
    path("new/", writing.new, name="new"),
    path("failed/", desk.failed, name="failed"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.new, name="template_new"),
    path("templates/<int:template_id>/", templates.edit, name="template"),
    path("<int:answer_id>/", desk.answer, name="answer"),
    path("<int:answer_id>/edit/", writing.edit, name="edit"),
    path("<int:answer_id>/review/", acting.reviewed, name="review"),
    path("<int:answer_id>/publish/", acting.published, name="publish"),
    path("<int:answer_id>/retire/", acting.retired, name="retire"),
]
urlpatterns = [
    path("answers/", include((residents, "answers"))),
    path("desk/answers/", include((staff, "answers_desk"))),
]
