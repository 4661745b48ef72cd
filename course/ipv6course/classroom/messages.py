"""The course's messages, in the learner's language (gettext).

Catalogues are `locale/<language>/LC_MESSAGES/ipv6course.mo` beside the package. The language comes
from `LANGUAGE`, `LC_ALL`, `LC_MESSAGES` or `LANG`; with no catalogue for it, messages are English.
"""

import gettext
from functools import cache
from pathlib import Path

DOMAIN = "ipv6course"
LOCALES = Path(__file__).parent.parent / "locale"


@cache
def catalogue() -> gettext.NullTranslations:
    """Return the messages of the learner's language."""
    return gettext.translation(DOMAIN, LOCALES, fallback=True)


def _(message: str) -> str:
    """Return the message in the learner's language."""
    return catalogue().gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a message that is translated later, where it is shown."""
    return message
