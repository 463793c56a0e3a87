"""Queries of this room: finding answers, how they did, which failed, which templates fit.

Other rooms write ``from heard.answers import reads`` and use ``reads.find(...)``,
``reads.of_service(...)``, ``reads.failures.register(...)`` and ``reads.templates_for(...)``.
"""

from heard.answers.reads import failures
from heard.answers.reads.helpfulness import Helpfulness, helpfulness_of
from heard.answers.reads.lists import (
    at_desk,
    of_service,
    published,
    services_with_answers,
    stale,
    version_of,
)
from heard.answers.reads.search import Found, find, ranked
from heard.answers.reads.templates import CaseLike, templates_for

__all__ = [
    "CaseLike", "Found", "Helpfulness", "at_desk", "failures", "find", "helpfulness_of",
    "of_service", "published", "ranked", "services_with_answers", "stale", "templates_for",
    "version_of",
]  # fmt: skip
