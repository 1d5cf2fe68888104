"""What a browser sends, without signs that no text holds: PostgreSQL, XML and mail refuse some of them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

# The controls of ASCII but the tabulator and the ends of a line.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Parameters(ImmutableMultiDict[str, Any]):
    """Fields of a form or of an address; files pass as they are."""

    def __init__(self, mapping: Any = None) -> None:  # noqa: ANN401 - whatever a dictionary of several values is made of
        super().__init__([(name, _clean(value)) for name, value in _list_pairs(mapping)])


class CleanRequest(Request):
    """A request in whose fields no control stands."""

    parameter_storage_class = _Parameters


def install_requests(app: Flask) -> None:
    """Take every request without controls; an address that holds one leads nowhere."""
    app.request_class = CleanRequest
    app.before_request(_refuse_controls)


def _refuse_controls() -> None:
    if _CONTROLS.search(request.path):
        abort(404)


def _list_pairs(mapping: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 - see _Parameters
    if isinstance(mapping, MultiDict):
        return mapping.items(multi=True)
    return mapping.items() if isinstance(mapping, Mapping) else mapping or ()


def _clean(value: object) -> object:
    return _CONTROLS.sub("", value) if isinstance(value, str) else value
