"""The five steps of a rating as faces."""

from dataclasses import dataclass

from heard.ui.forms import FACES, SATISFACTION


@dataclass(frozen=True)
class Face:
    """A step of satisfaction as it is shown: icon, word, the step itself."""

    icon: str
    word: str
    step: int


def face_of(step: int | float | str | None) -> Face | None:
    """The face of a satisfaction from 1 to 5; None outside it."""
    try:
        place = round(float(step)) if step is not None else 0
    except ValueError:
        return None
    if not 1 <= place <= 5:
        return None
    return Face(FACES[place - 1], str(SATISFACTION[place - 1]), place)
