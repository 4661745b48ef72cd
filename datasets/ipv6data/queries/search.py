"""Finding a country by code or by name, in any of the six languages of the United Nations."""

import sqlite3
import unicodedata
from functools import cache
from typing import NamedTuple

from ipv6data.queries.text import sql

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
# Names that people type and the lists of names do not have.
_ALSO = {
    "AE": ["UAE", "Emirates"],
    "BA": ["Bosnia and Herzegovina"],
    "BO": ["Plurinational State of Bolivia"],
    "BY": ["Belorussia", "Белоруссия"],
    "CD": ["Democratic Republic of the Congo", "DR Congo", "DRC", "Zaire"],
    "CF": ["CAR"],
    "CG": ["Republic of the Congo"],
    "CI": ["Ivory Coast", "كوت ديفوار"],
    "CN": ["People's Republic of China", "PRC"],
    "CV": ["Cabo Verde"],
    "CZ": ["Czech Republic"],
    "FK": ["Malvinas"],
    "FM": ["Federated States of Micronesia"],
    "GB": [
        "United Kingdom of Great Britain and Northern Ireland",
        "England",
        "Великобритания",
        "英国",
    ],
    "IR": ["Islamic Republic of Iran", "Persia"],
    "KP": ["Democratic People's Republic of Korea", "DPRK"],
    "KR": ["Republic of Korea", "韩国"],
    "LA": ["Lao People's Democratic Republic"],
    "MD": ["Republic of Moldova", "Молдавия"],
    "MM": ["Burma"],
    "MK": ["Macedonia"],
    "NL": ["Holland"],
    "PS": ["State of Palestine"],
    "RU": ["Russian Federation", "Россия"],
    "ST": ["Sao Tome and Principe"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TL": ["East Timor"],
    "TR": ["Turkey", "Turquie", "Turquía"],
    "TZ": ["United Republic of Tanzania"],
    "US": ["United States of America", "USA", "США", "Америка", "美国", "أمريكا"],
    "VA": ["Holy See"],
    "VE": ["Bolivarian Republic of Venezuela"],
    "VN": ["Viet Nam"],
}
# Letters that people write in place of each other.
_FOLDED = str.maketrans(
    {"ة": "ه", "ى": "ي", "ـ": "", "&": " and ", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
)


class Found(NamedTuple):
    """A country that a search found."""

    cc: str
    name: str
    """In English."""
    matched: str
    """The code or name that matched, as it is written."""
    language: str
    """Of that name: en, fr, es, ar, zh, ru; `code`; `also` for a name that is in no list."""


def folded(text: str) -> str:
    """Return a text without case, accents, Arabic vowel signs and punctuation, in single spaces."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDED)
    apart = unicodedata.normalize("NFKD", apart)
    letters = (
        letter if letter.isalnum() else " "
        for letter in apart
        if not unicodedata.category(letter).startswith("M")
    )
    return " ".join("".join(letters).split())


def find_country(data: sqlite3.Connection, text: str) -> list[Found]:
    """Return the countries that a text names or begins to name.

    In English, French, Spanish, Arabic, Chinese and Russian, and by ISO code of two or three
    letters or the UN's number. Case, accents and punctuation do not matter: `cote d ivoire`.

    Args:
        data: The database.
        text: What the reader has typed; nothing finds every country.

    Returns:
        Each country once, the best match first: code, whole name, beginning of a name, beginnings
        of words, part of a name; among equals by English name.
    """
    wanted = folded(text)
    best: dict[str, tuple[int, str, Found]] = {}
    for cc, english, language, written, key in _names(data):
        rank = _rank(wanted, key, language)
        if rank is not None and (cc not in best or rank < best[cc][0]):
            best[cc] = (rank, folded(english), Found(cc, english, written, language))
    return [found for _rank_, _name, found in sorted(best.values())]


def _rank(wanted: str, key: str, language: str) -> int | None:
    """Return how well a name matches, 0 best, or None."""
    if key == wanted:
        return 0 if language == "code" else 1
    if language == "code":
        return None
    if key.startswith(wanted):
        return 2
    words = key.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return 3
    if wanted in key or wanted.replace(" ", "") in key.replace(" ", ""):
        return 4
    return None


_Name = tuple[str, str, str, str, str]


def _names(data: sqlite3.Connection) -> list[_Name]:
    """Return code, English name, language, name as written, name folded, of all names."""
    rows = tuple(data.execute(sql("find_country")))
    return _folded_names(rows)


@cache
def _folded_names(rows: tuple[tuple[str, ...], ...]) -> list[_Name]:
    names: list[_Name] = []
    for cc, iso3, m49, *written in rows:
        english = written[0]
        codes = [("code", code) for code in (cc, iso3, f"{int(m49):03}")]
        lists = zip(LANGUAGES, written, strict=True)
        also = [("also", name) for name in _ALSO.get(cc, ())]
        names += [
            (cc, english, language, name, folded(name))
            for language, name in [*codes, *lists, *also]
            if name
        ]
    return names
