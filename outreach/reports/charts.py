"""Bar charts drawn as SVG by hand: no library, one picture for the page, the PDF and, as PNG, for Word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 24, 34
_INK, _SOFT, _LINE, _BAR = "#1c1b22", "#4a4656", "#c9c5d1", "#5b3f8c"
_MOST_LINES = 5
_WIDEST_BAR = 72
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands below it, its figure, and the figure as it is written above."""

    label: str
    value: int
    written: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its caption, and the same in words for whoever does not see it."""

    caption: str
    description: str
    bars: tuple[Bar, ...]


def draw_svg(chart: Chart, fonts: str = "Arial, 'Liberation Sans', sans-serif") -> str:
    """Draw the chart as an SVG picture of 640 by 260 that loads nothing; its description is its title."""
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    letters = f'font-family="{escape(fonts)}" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="w-100 h-auto" role="img" {letters}>',
        f"<title>{escape(chart.description)}</title>",
        *_draw_lines(chart.bars),
        *_draw_bars(chart.bars),
        "</svg>",
    ]
    return "".join(parts)


def choose_scale(highest: int) -> tuple[int, int]:
    """Return the step between lines and the figure of the topmost, round ones of at most five steps."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * _MOST_LINES >= highest:
                step *= size  # noqa: PLW2901 - the step in the size that was found
                return step, step * max(1, -(-highest // step))
        size *= 10


def _draw_lines(bars: Sequence[Bar]) -> Iterator[str]:
    step, top = choose_scale(max((bar.value for bar in bars), default=0))
    for value in range(0, top + 1, step):
        height = _place(value, top)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}" '
            f'stroke="{_INK if not value else _LINE}" stroke-width="1"/>'
            f'<text x="{_LEFT - 8}" y="{height + 4.5:.1f}" text-anchor="end" fill="{_SOFT}">{value:,}</text>'
        )


def _draw_bars(bars: Sequence[Bar]) -> Iterator[str]:
    _step, top = choose_scale(max((bar.value for bar in bars), default=0))
    place = (_WIDTH - _LEFT - _RIGHT) / max(1, len(bars))
    width = min(place * 0.62, _WIDEST_BAR)
    for index, bar in enumerate(bars):
        middle, height = _LEFT + place * (index + 0.5), _place(bar.value, top)
        yield (
            f'<rect x="{middle - width / 2:.1f}" y="{height:.1f}" width="{width:.1f}" '
            f'height="{_HEIGHT - _BOTTOM - height:.1f}" fill="{_BAR}"/>'
            f'<text x="{middle:.1f}" y="{height - 6:.1f}" text-anchor="middle" font-weight="bold" fill="{_INK}">'
            f"{escape(bar.written)}</text>"
            f'<text x="{middle:.1f}" y="{_HEIGHT - 12}" text-anchor="middle" fill="{_INK}">{escape(bar.label)}</text>'
        )


def _place(value: int, top: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top
