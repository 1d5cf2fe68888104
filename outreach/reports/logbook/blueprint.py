"""The blueprint that the pages of the log share."""

from flask import Blueprint

blueprint = Blueprint("logbook", __name__)
