"""Sign-in rules: an administrator makes the accounts, and mails go through the ledger."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as library
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.translation import get_language

from heard.core import clock
from heard.post.models import Dispatch


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up and sends by our own post; everything else is the library's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator makes the accounts of staff."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail as a dispatch: no page waits, and nothing is lost without a server."""
        request = library.request
        full = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, full | context)
        html = next((body for body, kind in getattr(mail, "alternatives", [])), "")
        now = clock.now()
        Dispatch.objects.create(
            key=f"account-{uuid.uuid4().hex}",
            address=email,
            language=(get_language() or "en")[:5],
            template=template_prefix.rpartition("/")[2][:60],
            subject=str(mail.subject)[:200],
            text=str(mail.body),
            html=html,
            about="account",
            due_at=now,
            created_at=now,
        )
