"""Reports as one HTML file that stands alone: no script, no picture, nothing from elsewhere."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from outreach.reports.report import Report


def write_html(report: Report) -> bytes:
    """Write the report as an accessible page of its own; every text is escaped."""
    return _environment().get_template("reports/document.html").render(report=report).encode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = PackageLoader("outreach.reports", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
