"""The addresses of sign-in: what staff need of the library, and nothing that makes accounts."""

from allauth.account import views
from django.urls import include, path, re_path

from heard.ui.views.errors import not_here

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-step/", include("allauth.mfa.urls")),
    # The library asks for these by name; an administrator makes and changes accounts.
    path("signup/", not_here, name="account_signup"),
    path("email/", not_here, name="account_email"),
]
