"""Who is signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from heard.people.models import Staff


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign-in as the library has it; the person comes with their division, which pages name."""

    def get_user(self, user_id: Any) -> Staff | None:
        """The person of a session, with their division; None where they may not sign in."""
        person = Staff.objects.select_related("division").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
