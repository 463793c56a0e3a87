"""Voice: asking customers how it went, and what they answered.

Holds no key to a case: ``about`` names the thing (``case:17``), and the service, division, place
and channel are kept as they were, so that a visit or a class is asked in the same way.
"""

from heard.voice.models.answers import Alert, Comment, Response
from heard.voice.models.asking import WORDING, Invitation, Occasion, Pool, Restraint, Spot
from heard.voice.models.instruments import Instrument, Version

__all__ = [
    "WORDING",
    "Alert",
    "Comment",
    "Instrument",
    "Invitation",
    "Occasion",
    "Pool",
    "Response",
    "Restraint",
    "Spot",
    "Version",
]
