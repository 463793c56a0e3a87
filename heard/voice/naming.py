"""Where names of people stand in a comment: rules of the words around them, in two languages.

A capital letter alone never makes a name: streets, shops and departments have one too, and readers
need them. It takes a title, a word that leads to a person, something only a person does, a place
at the end where people sign, a first name from the list, or a name that the house knows.
"""

import re
from collections.abc import Collection, Iterator

from heard.voice.names import AMBIGUOUS, FIRST, TITLES, is_ordinary, plain

Span = tuple[int, int]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽƠƯ"
CAP = rf"(?:(?:Mc|Mac|O['’]|D['’])?[{_UPPER}][\w’'-]*[^\W\d_])"
_LINK = r"(?:(?:de la|de los|de|del|van|von|bin|al)\s+)?"
_TITLES = (
    r"mrs?|ms|miss|mx|dr|officer|inspector|sergeant|sgt|detective|deputy|judge|captain|chief|"
    r"agent|clerk|council(?:wo)?man|councilmember|mayor|commissioner|reverend|rev|pastor|father|"
    r"sister|professor|supervisor|lieutenant|lt|sra?|srta|do[nñ]a|don|se[ñn]or(?:a|ita)?|oficial|"
    r"inspectora?|agente|lic|ing|licenciad[oa]|ingenier[oa]|juez|jueza|alcalde|alcaldesa|"
    r"concejal|doctora?|padre|sargento"
)
_LEADS = (
    r"my name is|my name['’]s|name was|name is|badge said|her name is|his name is|i am called|"
    r"by the name of|named|(?:man|woman|guy|lady|person|somebody|someone) called|thanks? to|"
    r"thanks,?|thank you,?|thank|kudos to|shout[- ]?out to|"
    r"hats off to|props to|work by|helped by|served by|ask(?:ed)? for|sincerely,?|regards,?|best,|"
    r"signed,?|attn:?|spoke (?:with|to)|talked (?:with|to)|met with|(?:this|it|word) on to|"
    r"tell|told|give|gave|belongs to|house of|bless(?: you)?,?|this is|i['’]?m|i am|"
    r"me llamo|mi nombre es|se llama|llamad[oa]|gracias a|habl[eé] con|soy|le dij[eo] a|dile a|"
    r"d[ií]ganle a|feliciten a|felicidades a|saludos a|bendiga a|me atendi[óo]|nos atendi[óo]|"
    r"me ayud[óo]|pregunt(?:[ée]|en) por|atentamente,?|atte\.?:?|saludos?,|"
    r"(?:la mam[áa]|el pap[áa]|mam[áa]|pap[áa]|hij[oa]) de"
)
_KIN = (
    r"husband|wife|son|daughter|boy|girl|mother|mom|father|dad|sister|brother|aunt|uncle|"
    r"grandma|grandmother|grandpa|grandfather|neighbou?r|landlord|landlady|tenant|roommate|friend|"
    r"boss|manager|owner|driver|supervisor|inspector|receptionist|clerk|lady|gentleman|woman|man|"
    r"guy|foreman|crew(?:[ -]?members?)?|director|superintendent|girlfriend|boyfriend|partner|"
    r"espos[oa]|marido|hij[oa]|madre|mam[áa]|padre|pap[áa]|herman[oa]|t[ií][oa]|abuel[oa]|"
    r"sue?gr[oa]|vecin[oa]|due[ñn][oa]|arrendador|arrendadora|inquilin[oa]|amig[oa]|jef[ea]|"
    r"supervisora?|recepcionista|secretari[oa]|cajer[oa]|se[ñn]orita|muchach[oa]|joven"
)
_GOOD_OR_BAD = (
    r"kind|nice|rude|helpful|great|wonderful|patient|impatient|polite|impolite|awesome|amazing|"
    r"professional|friendly|unfriendly|excellent|fantastic|courteous|respectful|calm|sweet|"
    r"terrible|awful|unhelpful|condescending|dismissive|lovely|the best|the worst|the only|"
    r"a gem|a joy|a delight|a pleasure|a lifesaver|in a hurry|on the phone"
)
_DOES = (
    r"helped|explained|listened|answered|stayed|promised|apologi[sz]ed|smiled|laughed|yelled|"
    r"shouted|hung up|walked|spoke|talked|tried|knew|said|told|called|never (?:came|called|left|"
    r"answered|showed)|showed up|came (?:out|back|by)|went (?:above|out of)|treated|handled|"
    r"took (?:care|the time)|got back|followed up|has been|is the one|who|"
    r"next door|at the (?:\w+ )?(?:desk|counter|window|office)|in (?:permitting|permits|billing|"
    r"licensing|records|dispatch|utilities)|from (?:the )?(?:front )?(?:desk|office|counter|city|"
    r"streets|water|parks|billing|permits|crew|tree crew)"
)
_HACE = (
    r"(?:me|nos|le|les)\s+(?:atendi[óo]|ayud[óo]|explic[óo]|resolvi[óo]|dijo|llam[óo]|contest[óo]|"
    r"habl[óo]|mand[óo]|trat[óo]|orient[óo]|grit[óo]|colg[óo]|escuch[óo]|mantuvo)|"
    r"(?:fue|es|estuvo|son|fueron)\s+(?:(?:muy|tan|bien|muy muy)\s+)?(?:amables?|atent[oa]s?|"
    r"groser[oa]s?|respetuos[oa]s?|excelentes?|paciente|pacientes|profesional(?:es)?|lind[oa]s?)|"
    r"hizo (?:lo que|todo)|ten[íi]a prisa|de la (?:esquina|ventanilla|oficina)|quien"
)
_PLACE = (
    r"streets?|st|avenues?|ave|roads?|rd|drive|dr|lane|ln|court|ct|circle|boulevard|blvd|way|"
    r"terrace|parkway|trail|highway|loop|alley|square|park|school|elementary|middle|high|church|"
    r"apartments|creek|river|lake|hills?|ridge|valley|plaza|center|library|building|county|"
    r"hospital|day|department|division|office|energy|market|store|hall|field|fields|pool|bridge"
)
_ASIDE = r"(?:\s+(?:so|very|really|such|always|just|both|extremely|incredibly))*\s+"
_BE = r"(?:was|is|were|are|has been|seemed)"


_RUN = re.compile(
    rf"(?<![\w@#'’])(?:[{_UPPER}]\.\s?)?{CAP}(?:[^\S\n]+(?:[{_UPPER}]\.\s+)?{_LINK}{CAP}){{0,5}}"
)
_TOKEN = re.compile(rf"{CAP}|[{_UPPER}]\.(?=\s?[{_UPPER}])")
_STRONG = re.compile(
    rf"(?<!\w)(?:(?:{_TITLES})\.?|(?:{_LEADS})|(?:{_KIN})\s*[,(]?)\s*\Z", re.I
)  # fmt: skip
_DOER = re.compile(
    rf"(?:\s*,)?\s+(?:(?:also|always|really|even|finally)\s+)?"
    rf"(?:(?P<is>(?:{_BE}){_ASIDE}?(?:{_GOOD_OR_BAD}))|(?:{_DOES})|(?:{_HACE}))\b", re.I
)  # fmt: skip
_PLACE_NEXT = re.compile(rf"[-\s]+(?:{_PLACE})\b", re.I)
_PLACE_WORD = re.compile(rf"(?:{_PLACE})\Z", re.I)
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:calle|avenida|av|parque|escuela|colonia|san|santa|st|saint|mount|fort|lake|"
    r"along|near|(?:corner|intersection|stop|light|signal|crosswalk|esquina|semáforo|parada) "
    r"(?:of|at|on|with|de|en|con))\.?|\d)\s+\Z", re.I
)  # fmt: skip
_SELF = re.compile(
    r"(?<!\w)(?:my name['’]?s?(?: is)?|mi nombre es|me llamo)\s+"
    r"(?P<value>[^\W\d_][\w’'-]+(?:\s+[^\W\d_][\w’'-]+){0,2})", re.I
)  # fmt: skip
_DASH = re.compile(r"(?:^|\s)[-–—~]+\s*\Z")
_SENTENCE = re.compile(r"[.!?]\s+\Z")
_END = re.compile(r"\s*[.!,]*\s*(?:\n|\Z)")
_JOIN = re.compile(r"\s*(?:,|&|\band\b|\by\b|\be\b)\s*", re.I)
_MISTER = re.compile(r"(?<!\w)(?:Mrs?|Ms|Miss|Mx|Dr|Sra?|Srta|Don|Do[ñn]a)\.?\s+\Z")
_ACRONYM = re.compile(rf"[{_UPPER}]{{2,5}}\Z")
# Nothing but names on the last lines, below "Thank you," or by themselves.
_SIGNED = re.compile(
    rf"(?P<lead>,?)[^\S\n]*\n\s*"
    rf"(?P<value>{CAP}(?:\s+(?:(?:and|y|e|&)\s+)?(?:{CAP}|[{_UPPER}]\.)){{0,4}})"
    r"\s*[.,]?\s*(?=\n|/|\Z)"
)  # fmt: skip
_LAST_INITIAL = re.compile(rf"\s[{_UPPER}]\.(?!\w)")
_MIDDLE = re.compile(rf"\s[{_UPPER}]\.\s")
_BEFORE = 42  # letters before a word in which its lead may stand


class _Candidate:
    """Words with capital letters, none of them ordinary, that may be a name."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.words = [plain(word) for word in re.findall(r"[^\W\d_][\w’'-]+", text[start:end])]
        self.before = text[max(0, start - _BEFORE) : start]
        self.is_place = bool(
            _PLACE_NEXT.match(text, end)
            or _PLACE_BEFORE.search(self.before)
            or any(_PLACE_WORD.match(word) for word in self.words)
        )
        self.is_sure = bool(self.words) and not is_ordinary(self.words[0])


def names(text: str, known: Collection[str] = (), own: Collection[str] = ()) -> Iterator[Span]:
    """Where a person's name stands: begin and end.

    ``known`` are words of names the house knows (its staff), ``own`` those of the writer, who may
    not use capitals; both in the form of ``heard.voice.names.plain``.
    """
    found = [*_signatures(text), *_chosen(text, frozenset(known))]
    for hit in _SELF.finditer(text):
        found += _self_told(hit)
    for word in own:
        if len(word) > 2 and not is_ordinary(word):
            found += [h.span() for h in re.finditer(r"[^\W\d_]+", text) if plain(h[0]) == word]
    yield from found
    yield from _again(text, found)


def _chosen(text: str, known: frozenset[str]) -> list[Span]:
    shouts = text.isupper()
    candidates = [one for hit in _RUN.finditer(text) for one in _parts(text, hit)]
    taken = [one for one in candidates if _is_name(text, one, known, shouts)]
    for _round in range(2):  # who is named beside a person is one
        for one in candidates:
            if one not in taken and one.is_sure and not one.is_place and not shouts:
                if _ACRONYM.match(text[one.start : one.end]):
                    continue
                beside = (text[a.end : b.start] for t in taken for a, b in ((t, one), (one, t)))
                if any(gap and _JOIN.fullmatch(gap) for gap in beside):
                    taken.append(one)
    return [(one.start, one.end) for one in taken]


def _parts(text: str, run: re.Match[str]) -> Iterator[_Candidate]:
    """A run of words with capitals, cut where an ordinary word stands in it.

    After a first name, or what leads to a person, one ordinary word is a family name (Salas); so
    is one after Mr. or Mrs. (Hill).
    """
    begin = end = -1
    for hit in _TOKEN.finditer(text, run.start(), run.end()):
        word = hit[0]
        before = text[max(0, hit.start() - _BEFORE) : hit.start()]
        usable = word.endswith(".") or plain(word) in AMBIGUOUS or not is_ordinary(word)
        if usable or (_MISTER.search(before) and plain(word) not in TITLES):
            begin, end = (hit.start() if begin < 0 else begin), hit.end()
        elif begin >= 0:
            given = plain(text[begin:end])
            is_led = bool(_STRONG.search(text[max(0, begin - _BEFORE) : begin]))
            by_first = given in FIRST and not _PLACE_WORD.match(word)
            if " " not in given and (is_led or by_first):
                end = hit.end()
            yield _Candidate(text, begin, end)
            begin = -1
    if begin >= 0:
        more = _LAST_INITIAL.match(text, end)
        yield _Candidate(text, begin, more.end() if more else end)


def _is_name(text: str, one: _Candidate, known: frozenset[str], shouts: bool) -> bool:
    if not one.words or (_ACRONYM.match(text[one.start : one.end]) and not shouts):
        return False
    if _STRONG.search(one.before) and not (one.is_place and _PLACE_NEXT.match(text, one.end)):
        return True
    if one.is_place or shouts:
        return False
    if _signs(text, one) or any(word in FIRST for word in one.words):
        return True
    does = _DOER.match(text, one.end)
    is_known = any(word in known for word in one.words)
    if not one.is_sure:  # Luz, Will, Mark: words as well, unless somebody like that works here
        return does is not None and one.words[0] in AMBIGUOUS and (is_known or not does["is"])
    initial = text[one.start : one.start + 2]
    if initial.endswith(".") and initial[0] not in "NSEW":
        return True
    if _LAST_INITIAL.fullmatch(text, one.end - 3, one.end) or _MIDDLE.search(
        text[one.start : one.end]
    ):
        return True
    return does is not None or is_known


def _signs(text: str, one: _Candidate) -> bool:
    """Whether it stands where people sign: alone at the end, after a dash or a sentence."""
    if len(one.words) > 3 or not _END.match(text, one.end):
        return False
    return bool(
        _DASH.search(one.before)
        or (len(one.words) > 1 and one.is_sure and _SENTENCE.search(one.before))
    )


def _signatures(text: str) -> Iterator[Span]:
    """Lines that hold nothing but a name; a single word only below a closing with its comma."""
    for hit in _SIGNED.finditer(text):
        words = hit["value"].split()
        if is_ordinary(words[0]) or any(_PLACE_WORD.match(word) for word in words):
            continue
        if len(words) > 1 or hit["lead"] or plain(words[0]) in FIRST:
            yield hit.span("value")


def _self_told(hit: re.Match[str]) -> list[Span]:
    """Who says what they are called, with or without capitals."""
    start, end = hit.start("value"), hit.start("value")
    for word in re.finditer(r"\S+", hit["value"]):
        bare = plain(word[0].strip(".,"))
        if is_ordinary(bare) and bare not in AMBIGUOUS:
            break
        end = start + word.end()
    return [(start, end)] if end > start else []


def _again(text: str, found: list[Span]) -> Iterator[Span]:
    """The same names where nothing around them gives them away."""
    words = {
        plain(word)
        for start, end in found
        for word in re.findall(rf"{CAP}", text[start:end])
        if not is_ordinary(word)
    }
    for hit in re.finditer(CAP, text):
        if plain(hit[0]) in words and not _PLACE_NEXT.match(text, hit.end()):
            yield hit.span()
