from xml.etree import ElementTree as ET

import pytest

from outreach.reports.charts import Bar, Chart, choose_scale, draw_svg
from outreach.reports.documents.typesetting import draw_png

SPACE = "{http://www.w3.org/2000/svg}"


def _chart(*values: int) -> Chart:
    return Chart("Gráfica 1", "Envíos: <5> & más", tuple(Bar(f"<mes {n}>", n, f"{n:,}") for n in values))


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, (1, 1)),
        (1, (1, 1)),
        (5, (1, 5)),
        (6, (2, 6)),
        (27, (10, 30)),
        (1_204, (500, 1_500)),
        (99_999, (20_000, 100_000)),
    ],
)
def test_the_scale_is_round_and_reaches_the_highest_bar(highest: int, expected: tuple[int, int]) -> None:
    assert choose_scale(highest) == expected


def test_a_chart_has_a_bar_for_each_month_and_says_its_figures_in_words() -> None:
    root = ET.fromstring(draw_svg(_chart(3, 0, 1_204)))  # noqa: S314 - our own drawing
    assert len(root.findall(f"{SPACE}rect")) == 3
    title = root.find(f"{SPACE}title")
    assert title is not None
    assert title.text == "Envíos: <5> & más"
    texts = [element.text for element in root.iter(f"{SPACE}text")]
    assert {"1,204", "<mes 3>"} <= set(texts)
    heights = [float(element.get("height", "")) for element in root.findall(f"{SPACE}rect")]
    assert heights[1] == 0
    assert heights[2] > 100 * heights[0] > 0


def test_a_chart_is_a_picture_for_word() -> None:
    assert draw_png(_chart(1, 2)).startswith(b"\x89PNG")
