"""Every address of the house. Pages carry the language in front (``/es/…``); files do not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from heard.contacts.views.lookup import caller
from heard.ui.views import errors, health, theme

handler400 = errors.bad_request
handler500 = errors.server_error

urlpatterns = [
    path("theme.css", theme.style_sheet, name="theme"),
    path("seal.svg", theme.seal, name="seal"),
    path("favicon.ico", theme.seal),  # browsers ask for it where a page names none
    path("health", health.health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(
        path("", include("heard.doors.web.urls")),
        path("offices/", include("heard.places.urls")),
        path("results/", include("heard.public.urls")),
        path("nearby/", include("heard.joining.urls_nearby")),
        path("outside/", include("heard.joining.urls_outside")),
        path("desk/caller", caller, name="caller"),  # telephone systems come with ?phone=
        path("desk/contacts/", include("heard.contacts.urls")),
        path("desk/routing/", include("heard.routing.urls")),
        path("desk/joining/", include("heard.joining.urls")),
        path("desk/remedies/", include("heard.remedies.urls")),
        path("desk/promises/", include("heard.cases.urls")),
        path("desk/forecast/", include("heard.forecast.urls")),
        path("desk/hours/", include("heard.places.desk_urls")),
        path("", include("heard.answers.urls")),  # /answers/ for residents, /desk/answers/
        path("desk/", include("heard.doors.desk.urls")),
        path("operate/", include("heard.doors.operate.urls")),
        path("account/", include("heard.ui.accounts")),
        path("patterns/", include("heard.ui.patterns.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
