"""Addresses of pages as they stand in mails: from the settings, never from a request's Host header."""

from typing import Any

from flask import current_app

from outreach.config import current_config


def absolute_url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the route takes
    """Return the full address of the page `endpoint`, inside a request or outside."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return current_config().base_url + path
