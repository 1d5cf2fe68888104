"""What typst sets: the PDF of a report, and the picture of a chart for documents that take no drawing."""

from collections.abc import Mapping
from typing import Any

import typst

from outreach.reports.charts import Chart, draw_svg

_DOTS_PER_INCH = 220
_PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("chart.svg", width: 16cm)\n'
FONTS = "'Liberation Sans', Arial, 'Libertinus Serif'"


def draw_png(chart: Chart) -> bytes:
    """Return the chart as a PNG of sixteen centimetres' width."""
    files = {"main.typ": _PICTURE.encode(), "chart.svg": draw_svg(chart, FONTS).encode()}
    return _compile(files, format="png", ppi=_DOTS_PER_INCH)


def set_pdf(files: Mapping[str, bytes]) -> bytes:
    """Return `main.typ` of `files` as a PDF that keeps PDF/UA-1, which the compiler checks."""
    return _compile(files, format="pdf", pdf_standards="ua-1")


def _compile(files: Mapping[str, bytes], **options: Any) -> bytes:  # noqa: ANN401 - typst's own options
    """Set `main.typ`; the compiler knows no files but these."""
    compile_files: Any = typst.compile  # its types leave out that it takes files by name
    pages = compile_files(dict(files), **options)
    return pages if isinstance(pages, bytes) else b"".join(pages)
