"""What every page finds in its template: files, texts, filters, menu."""

import json
from importlib.metadata import PackageNotFoundError, version

from flask import Flask

from outreach.web.assets import asset, blueprint
from outreach.web.filters import install_filters
from outreach.web.navigation import list_sections
from outreach.web.texts import install_texts

# A part refused with 422 is a form with its errors, so it is shown; pages of signed-in people are not kept.
_HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


def install_furniture(app: Flask) -> None:
    """Serve the pages' files and give their templates what they share."""
    install_texts(app)
    install_filters(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset, list_sections=list_sections, htmx_settings=json.dumps(_HTMX), version=_find_version()
    )
    app.register_blueprint(blueprint)


def _find_version() -> str:
    try:
        return version("outreach")
    except PackageNotFoundError:
        return ""
