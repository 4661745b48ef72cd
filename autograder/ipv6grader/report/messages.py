"""The report's messages, in the instructor's language (gettext).

Catalogues are `locale/<language>/LC_MESSAGES/ipv6grader.mo` in the package. The language comes from
`LANGUAGE`, `LC_ALL`, `LC_MESSAGES` or `LANG`; with no catalogue for it, messages are English.
"""

import gettext
from functools import cache
from pathlib import Path

DOMAIN = "ipv6grader"
LOCALES = Path(__file__).parents[1] / "locale"


@cache
def catalogue() -> gettext.NullTranslations:
    """Return the messages of the instructor's language."""
    return gettext.translation(DOMAIN, LOCALES, fallback=True)


def _(message: str) -> str:
    """Return the message in the instructor's language."""
    return catalogue().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the message for this count in the instructor's language."""
    return catalogue().ngettext(one, many, count)
