"""Pages behind a secret link: who may see them, and what a wrong link is told."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from heard.cases.models import Case
from heard.core.references import clean_reference, link_is_right
from heard.voice.models import Invitation

Page = Callable[..., HttpResponse]


@sensitive_variables("secret")
def case_behind(reference: str, secret: str) -> Case | None:
    """The case of a link, or None where the link does not fit; one query either way."""
    found = (
        Case.objects.select_related(
            "service", "division__department", "customer", "contact", "merged_into"
        )
        .filter(reference=clean_reference(reference)[:20])
        .first()
    )
    # The secret is compared even without a case, so that an unknown reference takes as long.
    key, version = (found.pk, found.link_version) if found else (0, 0)
    return found if link_is_right(secret, "case", key, version) else None


@sensitive_variables("secret")
def invitation_behind(reference: str, secret: str) -> Invitation | None:
    """The invitation of a survey link, or None where the link does not fit."""
    found = (
        Invitation.objects.select_related("response", "customer", "staff")
        .filter(reference=clean_reference(reference)[:20])
        .first()
    )
    return found if link_is_right(secret, "invitation", found.pk if found else 0) else None


def kept_private(response: HttpResponse) -> HttpResponse:
    """Headers of a page that belongs to one person: not kept, not indexed, not passed on."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": browsers then send "Origin: null" with a form, which the check against
    # forged requests must refuse. This tells other sites just as little.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def private(view: Page) -> Page:
    """Make every answer of the view a private one."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return kept_private(view(request, *args, **kwargs))

    return inner


def wrong_link(request: HttpRequest) -> HttpResponse:
    """The same page for a wrong, an old and a guessed link: it says nothing about any case."""
    return render(request, "web/wrong_link.html", status=404)
