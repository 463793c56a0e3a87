"""Every address of the house. Pages carry the language in front (``/es/…``); files do not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from heard.contacts.views.lookup import caller
from heard.doors.web.views import offline
from heard.ui.views import errors, health, theme

handler400 = errors.bad_request
handler500 = errors.server_error

urlpatterns = [
    path("theme.css", theme.style_sheet, name="theme"),
    path("seal.svg", theme.seal, name="seal"),
    path("favicon.ico", theme.seal),  # browsers ask for it where a page names none
    path("health", health.health, name="health"),
    path("sw.js", offline.worker, name="service-worker"),
    path("", include("heard.doors.widget.urls")),
    path("report-token", offline.token, name="report-token"),
    path("open311/", include("heard.doors.open311.urls")),
    path("api/v1/", include("heard.doors.api.urls")),
    path("hooks/sms/", include("heard.doors.sms.urls_hook")),
    path("hooks/social/", include("heard.doors.social.urls_hook")),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path("", include("heard.doors.web.urls")),
        path("offices/", include("heard.places.urls")),
        path("results/", include("heard.voice.urls_said")),
        path("results/", include("heard.boards.urls_results")),
        path("results/", include("heard.public.urls")),
        path("rate/", include("heard.voice.urls_rate")),
        path("desk/voice/", include("heard.voice.urls")),
        path("desk/microdata/", include("heard.microdata.urls")),
        path("files/", include("heard.attachments.urls")),
        path("desk/files/", include("heard.attachments.desk_urls")),
        path("desk/held/", include("heard.doors.web.urls_held")),
        path("desk/forms/", include("heard.doors.web.urls_forms")),
        path("desk/pages/", include("heard.doors.widget.desk_urls")),
        path("nearby/", include("heard.joining.urls_nearby")),
        path("outside/", include("heard.joining.urls_outside")),
        path("desk/caller", caller, name="caller"),  # telephone systems come with ?phone=
        path("desk/contacts/", include("heard.contacts.urls")),
        path("desk/routing/", include("heard.routing.urls")),
        path("developers/", include("heard.doors.api.page_urls")),
        path("desk/keys/", include("heard.keys.urls")),
        path("desk/webhooks/", include("heard.webhooks.urls")),
        path("desk/joining/", include("heard.joining.urls")),
        path("desk/remedies/", include("heard.remedies.urls")),
        path("desk/promises/", include("heard.cases.urls")),
        path("desk/targets/", include("heard.targets.urls")),
        path("desk/boards/", include("heard.boards.urls")),
        path("desk/forecast/", include("heard.forecast.urls")),
        path("desk/hours/", include("heard.places.desk_urls")),
        path("", include("heard.answers.urls")),  # /answers/ for residents, /desk/answers/
        path("desk/mail/", include("heard.doors.mail.urls")),
        path("desk/texts/", include("heard.doors.sms.urls")),
        path("desk/mentions/", include("heard.doors.social.urls")),
        path("desk/same-person/", include("heard.people.urls")),
        path("desk/", include("heard.doors.desk.urls")),
        path("operate/", include("heard.doors.operate.urls")),
        path("account/", include("heard.ui.accounts")),
        path("patterns/", include("heard.ui.patterns.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
