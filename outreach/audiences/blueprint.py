"""The pages of audiences and people: one blueprint, filled by views, intake and person."""

from flask import Blueprint

blueprint = Blueprint("audiences", __name__, template_folder="templates")
