"""All that the case page tells of a case, in one query: story, audit, neighbours, who is here."""

from dataclasses import dataclass
from datetime import datetime

from heard.cases.models import Case, ReopenRequest
from heard.cases.story import (
    Story,
    audit_from,
    audit_parts,
    others_from,
    others_part,
    story_from,
    story_parts,
)
from heard.core.gather import Found, Part, gather
from heard.core.models import AuditRow
from heard.doors.desk.mentions import unread_part
from heard.doors.desk.presence import AtCase, here_from, here_part
from heard.doors.desk.story import EVERYTHING, USUAL
from heard.people.models import Role, Staff
from heard.people.roles import may
from heard.voice.models import Invitation, Response


@dataclass(frozen=True, slots=True)
class Unread:
    """A note in which the viewer is mentioned, not read until now."""

    by: str
    words: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a case, as this viewer may see it."""

    case: Case
    story: Story
    here: AtCase
    mentions: list[Unread]
    others: tuple[list[Case], bool]
    response: Response | None
    audit: list[AuditRow]

    @property
    def wish(self) -> ReopenRequest | None:
        """The customer's wish to reopen that nobody has answered yet."""
        wishes = (w for w in self.story.reopen_requests if not w.decision)
        return next(wishes, None)


def look_at(case: Case, viewer: Staff, *, everything: bool = False) -> Look:
    """Read it."""
    limit = EVERYTHING if everything else USUAL
    parts = story_parts(case, limit=limit)
    parts |= {"here": here_part(case), "mentions": unread_part(case, viewer)}
    parts["response"] = _response_part(case)
    if may(viewer, "see people"):
        parts["others"] = others_part(case)
    if may(viewer, "operate") or viewer.role == Role.MANAGER:
        parts |= audit_parts(case)
    found = gather(parts)
    return Look(
        case=case,
        story=story_from(case, found, limit=limit),
        here=here_from(found["here"], viewer),
        mentions=[
            Unread(row.texts[0] or "", row.texts[1] or "", row.at) for row in found["mentions"]
        ],
        others=others_from(found.get("others", [])),
        response=_response(found["response"], viewer),
        audit=audit_from(found),
    )


def _response_part(case: Case) -> Part:
    rows = Response.objects.filter(invitation__about=f"case:{case.pk}").order_by("id")
    texts = ("satisfaction", "ease", "solved", "comment", "may_share", "invitation__language")
    return Part(rows, "answered_at", texts, 1)


def _response(found: list[Found], viewer: Staff) -> Response | None:
    """What the customer answered afterwards, for those who may read it."""
    if not found:
        return None
    row = found[0]
    satisfaction, ease, solved, comment, may_share, language = row.texts
    response = Response(
        pk=row.pk, answered_at=row.at, comment=comment or "", solved=solved or "",
        satisfaction=int(satisfaction) if satisfaction else None,
        ease=int(ease) if ease else None, may_share=may_share in ("1", "true"),
        invitation=Invitation(language=language or ""),
    )  # fmt: skip
    return response if response.may_share or may(viewer, "read comments") else None
