"""The pages of this package, gathered for the application."""

from outreach.reports.settings import layouts, phrases, word
from outreach.reports.settings.blueprint import blueprint

__all__ = ["blueprint", "layouts", "phrases", "word"]
