"""Reports as one HTML file that stands alone: no script, nothing from elsewhere, charts drawn in the page."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from outreach.reports.charts import Chart, draw_svg
from outreach.reports.report import Report


def write_html(report: Report) -> bytes:
    """Write the report as an accessible page of its own; every text is escaped."""
    return _environment().get_template("reports/document.html").render(report=report).encode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = PackageLoader("outreach.reports", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["draw_svg"] = draw_picture
    return environment


def draw_picture(chart: Chart) -> Markup:
    """Return the chart as a drawing inside a page; every text of it was escaped when it was drawn."""
    return Markup(draw_svg(chart))  # noqa: S704 - our own drawing
