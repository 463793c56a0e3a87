"""The instruments a house begins with, in both languages; version 1 of each never changes."""

from typing import Any

SATISFACTION = {
    "key": "satisfaction", "kind": "csat", "revision": 1,
    "label": {
        "en": "How satisfied are you with how we handled this?",
        "es": "¿Qué tan satisfecho/a está con la forma en que atendimos su solicitud?",
    },
}  # fmt: skip
EASE = {
    "key": "ease", "kind": "ease", "revision": 1,
    "label": {
        "en": "How easy was it to get this done with us?",
        "es": "¿Qué tan fácil fue lograrlo con nosotros?",
    },
}  # fmt: skip
SOLVED = {
    "key": "solved", "kind": "choice", "revision": 1,
    "label": {"en": "Is it solved?", "es": "¿Quedó resuelto?"},
    "options": [
        {"key": "yes", "label": {"en": "Yes", "es": "Sí"}},
        {"key": "partly", "label": {"en": "Partly", "es": "En parte"}},
        {"key": "no", "label": {"en": "No", "es": "No"}},
    ],
}  # fmt: skip
COMMENT = {
    "key": "comment", "kind": "comment", "revision": 1,
    "label": {"en": "What should we know?", "es": "¿Qué deberíamos saber?"},
    "hint": {
        "en": "What went well, what we should do better. Any language is fine.",
        "es": "Qué salió bien, qué debemos hacer mejor. En el idioma que prefiera.",
    },
}  # fmt: skip
TODAY = SATISFACTION | {
    "label": {"en": "How was your visit today?", "es": "¿Cómo le fue en su visita de hoy?"}
}
TRUST = {
    "key": "trust", "kind": "trust", "revision": 1,
    "label": {
        "en": "This contact raised my trust in the city.",
        "es": "Este contacto aumentó mi confianza en la ciudad.",
    },
}  # fmt: skip
CALL = SATISFACTION | {
    "label": {
        "en": "How satisfied are you with the help you just got?",
        "es": "¿Qué tan satisfecho/a está con la ayuda que acaba de recibir?",
    }
}

PAGE = SATISFACTION | {
    "label": {
        "en": "How satisfied are you with this page?",
        "es": "¿Qué tan satisfecho/a está con esta página?",
    }
}
PAGE_COMMENT = {
    "key": "comment", "kind": "comment", "revision": 1,
    "label": {
        "en": "What was missing, or what was good? (optional)",
        "es": "¿Qué faltó o qué estuvo bien? (opcional)",
    },
}  # fmt: skip

Start = dict[str, Any]
STARTERS: dict[str, Start] = {
    "closing": {
        "name": {"en": "After a request is closed", "es": "Al cerrarse una solicitud"},
        "occasion": "case", "is_active": True,
        "heading": {"en": "How did it go?", "es": "¿Cómo le fue?"},
        "questions": [SATISFACTION, EASE, SOLVED, COMMENT],
    },
    "contact": {
        "name": {"en": "After a call or visit", "es": "Después de una llamada o visita"},
        "occasion": "contact", "is_active": False,
        "heading": {"en": "How did it go?", "es": "¿Cómo le fue?"},
        "questions": [CALL, SOLVED, TRUST, COMMENT],
    },
    "place": {
        "name": {"en": "At our counters", "es": "En nuestras ventanillas"},
        "occasion": "place", "is_active": True,
        "heading": {"en": "How was your visit today?", "es": "¿Cómo le fue en su visita de hoy?"},
        "questions": [TODAY, COMMENT],
    },
    "page": {
        "name": {"en": "On our web pages", "es": "En nuestras páginas web"},
        "occasion": "open", "is_active": True,
        "heading": {"en": "Rate this page", "es": "Califique esta página"},
        "questions": [PAGE, PAGE_COMMENT],
    },
}  # fmt: skip
