"""Faults a person can mend: a plain message, with the field it belongs to where there is one."""


class Refused(Exception):
    """A write that may not happen. ``str(error)`` says why and what to do, ready for the screen."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(Refused):
    """The person is known but their role may not do this."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the thing after this person opened it."""
