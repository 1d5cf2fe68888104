"""The blueprint of the pages of campaigns on their way; each module of pages adds its own."""

from flask import Blueprint

blueprint = Blueprint("dispatch", __name__, template_folder="templates")
