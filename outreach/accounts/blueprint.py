"""The blueprint of signing in and of one's own account; each module of pages adds its own."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="templates")
