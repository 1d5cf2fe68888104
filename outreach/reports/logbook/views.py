"""Every page that adds to the log; importing this module completes the blueprint."""

from outreach.reports.logbook import entries, tables, whatsapp
from outreach.reports.logbook.blueprint import blueprint

__all__ = ["blueprint", "entries", "tables", "whatsapp"]
