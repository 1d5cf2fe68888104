"""The blueprint that the pages of this package share."""

from flask import Blueprint

blueprint = Blueprint("campaign_settings", __name__, template_folder="../templates", url_prefix="/ajustes")
