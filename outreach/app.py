"""The application: every package is wired to the others here."""

import json
from typing import Any

from flask import Flask, request
from sqlalchemy.pool import StaticPool
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach.accounts.access import install_access, public
from outreach.accounts.settings.views import blueprint as settings
from outreach.accounts.views import blueprint as accounts
from outreach.audiences.views import blueprint as audiences
from outreach.campaigns.planning.views import blueprint as planning
from outreach.campaigns.series.views import blueprint as series
from outreach.campaigns.settings.views import blueprint as campaign_settings
from outreach.campaigns.views import blueprint as campaigns
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.proof_views import blueprint as proofs
from outreach.dispatch.system.views import blueprint as system
from outreach.dispatch.views import blueprint as dispatch
from outreach.public.files import blueprint as files
from outreach.public.views import blueprint as public_pages
from outreach.reports.closing.views import blueprint as closings
from outreach.reports.goals.views import blueprint as goals
from outreach.reports.home import blueprint as home
from outreach.reports.logbook.views import blueprint as logbook
from outreach.reports.settings.views import blueprint as report_settings
from outreach.reports.views import blueprint as reports
from outreach.web.errors import install_error_pages
from outreach.web.furniture import install_furniture
from outreach.web.requests import install_requests
from outreach.web.security import install_security

_BLUEPRINTS = (
    *(home, accounts, settings, audiences, campaigns, planning, series, campaign_settings, dispatch, system, proofs),
    *(reports, logbook, report_settings, closings, goals, public_pages),
    files,
)


class _Application(Flask):
    """Flask, except that a failure is noted by its route: an address may hold a person's token, or line breaks."""

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - Flask's own signature
        """Note a failure of ours with its traceback."""
        self.logger.error("failure in %s [%s]", request.url_rule, request.method, exc_info=exc_info)


def create_app(config: Config) -> Flask:
    """Make the web application of one installation; it expects the tables to be there (`outreach.schema`).

    The X-Forwarded-… headers of `config.proxies` reverse proxies are believed, nobody else's.
    """
    app = _Application(__name__, static_folder=None, template_folder=None)
    app.extensions["outreach"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"json_serializer": _write_json, **_choose_pool(config.database_url)},
    )
    db.init_app(app)
    install_requests(app)
    install_access(app)
    install_security(app, config)
    install_furniture(app)
    install_error_pages(app)
    public("style sheets, scripts and pictures of our own")(app.view_functions["web.static"])
    _register_blueprints(app)
    if proxies := config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign] # Flask's own recipe
    return app


def _register_blueprints(app: Flask) -> None:
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)


def _write_json(value: object) -> str:
    """Write letters as they are: SQLite finds no key by its name, «código», in which one is escaped."""
    return json.dumps(value, ensure_ascii=False)


def _choose_pool(database_url: str) -> dict[str, object]:
    if database_url in {"sqlite://", "sqlite:///:memory:"}:
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {"pool_size": 16, "max_overflow": 16, "pool_pre_ping": not database_url.startswith("sqlite")}
