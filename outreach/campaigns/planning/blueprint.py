"""Where the pages of non-working days and restricted periods are hung up."""

from flask import Blueprint

blueprint = Blueprint("planning", __name__, template_folder="../templates", url_prefix="/ajustes")
