"""Pictures in mails that are shown inside our pages: those of other sites are left out, so that nobody is asked."""

import re

from flask import request

from outreach.config import current_config

_PICTURE = re.compile(r'(?P<before><img\b[^>]*?\ssrc=")(?P<url>https?://[^"]*)(?=")', re.IGNORECASE)
# An address that asks nobody: the alternative text is shown in its place.
_NOTHING = "data:,"


def list_own_sites() -> tuple[str, ...]:
    """Return where our own pictures come from: the installation's address, and the one this request used."""
    return tuple(dict.fromkeys((current_config().base_url + "/", request.host_url)))


def withhold_foreign(html: str) -> str:
    """Return a mail's HTML without the addresses of other sites' pictures."""
    own = list_own_sites()

    def choose(found: re.Match[str]) -> str:
        return found[0] if found["url"].startswith(own) else found["before"] + _NOTHING

    return _PICTURE.sub(choose, html)


def has_foreign(html: str) -> bool:
    """Tell whether a mail shows pictures of other sites."""
    return withhold_foreign(html) != html
