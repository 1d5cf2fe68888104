"""The application: every package is wired to the others here."""

from flask import Flask
from sqlalchemy.pool import StaticPool

from outreach.config import Config
from outreach.db import db


def create_app(config: Config) -> Flask:
    """Make the web application of one installation; it expects the tables to be there (`outreach.schema`)."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.extensions["outreach"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_choose_pool(config.database_url),
    )
    db.init_app(app)
    return app


def _choose_pool(database_url: str) -> dict[str, object]:
    if database_url in {"sqlite://", "sqlite:///:memory:"}:
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    return {"pool_size": 16, "max_overflow": 16, "pool_pre_ping": not database_url.startswith("sqlite")}
