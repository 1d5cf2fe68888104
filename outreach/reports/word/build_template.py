"""Makes `informe.docx`, the Word template that comes with the program; run it again after a change here.

The template is an ordinary Word file whose placeholders docxtpl fills (`{{ … }}`, and `{%p`, `{%tr`, `{%tc` for what
repeats): an institution may put its own in its place.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

# A part of a Word file: the calls that are needed here are untyped in python-docx or in lxml.
Part: TypeAlias = Any

TEMPLATE = Path(__file__).with_name("informe.docx")
TABLE_STYLE = "Tabla de informe"
_FONT = "Arial"
_INK = RGBColor(0x1C, 0x1B, 0x22)
_SOFT = RGBColor(0x4A, 0x46, 0x56)
_TEXT_WIDTH = Mm(216 - 2 * 25)


def build() -> None:
    """Write the template beside this file."""
    document = docx.Document()
    _set_page(document)
    _set_styles(document)
    _add_table_style(document)
    _set_compatibility(document)
    _write_margins(document.sections[0])
    _write_body(document)
    properties = document.core_properties
    properties.author = properties.comments = properties.title = ""
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    document.save(str(TEMPLATE))


def _set_page(document: Part) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(216), Mm(279)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin = page.bottom_margin = Mm(25)


def _set_compatibility(document: Part) -> None:
    """Say that the file is of today's Word, which then puts a table's edge on the text's edge."""
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _set_styles(document: Part) -> None:
    styles = document.styles
    _set_font(styles["Normal"], 10.5, _INK, before=0, after=8)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    _set_font(styles["Title"], 20, _INK, before=0, after=2, bold=True)
    _set_font(styles["Subtitle"], 12, _SOFT, before=0, after=14)
    _set_font(styles["Heading 1"], 12, _INK, before=16, after=4, bold=True)
    _set_font(styles["Caption"], 9.5, _INK, before=6, after=4)
    styles["Caption"].paragraph_format.keep_with_next = True
    _set_font(styles["List Bullet"], 9, _SOFT, before=0, after=3)
    _set_font(styles["Header"], 9, _SOFT, before=0, after=0)
    _set_font(styles["Footer"], 8, _SOFT, before=0, after=0)
    for name in ("Title", "Subtitle"):
        _drop(styles[name].element, "w:pBdr", "w:spacing")
    cell = styles.add_style("Celda", WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = styles["Normal"]
    _set_font(cell, 9.5, _INK, before=2, after=2)
    cell.paragraph_format.line_spacing = 1.0


def _set_font(style: Part, size: float, colour: RGBColor, **options: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), colour
    style.font.bold, style.font.italic = bool(options.get("bold")), False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    style.paragraph_format.space_before = Pt(options["before"])
    style.paragraph_format.space_after = Pt(options["after"])


def _drop(element: Part, *names: str) -> None:
    for name in names:
        for found in element.findall(f".//{qn(name)}"):
            if name == "w:spacing" and found.getparent().tag == qn("w:pPr"):
                continue
            found.getparent().remove(found)


def _add_table_style(document: Part) -> None:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A8594"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 40), ("left", 100), ("bottom", 40), ("right", 100))
    )
    document.styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Tabladeinforme">'
            f'<w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>'
            f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
            '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
            '<w:shd w:val="clear" w:color="auto" w:fill="ECE9F2"/></w:tcPr></w:tblStylePr></w:style>'
        )
    )


def _write_margins(section: Part) -> None:
    section.header.paragraphs[0].text = "{{ institution }}"
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.clear_all()
    for stop in list(footer.style.paragraph_format.tab_stops):
        footer.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    footer.paragraph_format.tab_stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run("{{ cut_off }}\t{{ words.page }} ")
    _add_field(footer, "PAGE")
    footer.add_run(" {{ words.of }} ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Part, instruction: str) -> None:
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    paragraph._p.append(field)  # noqa: SLF001  # python-docx has no call for fields


def _write_body(document: Part) -> None:
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")
    _add_sentence(document, "sentence")
    _write_tables(document, "tables")
    document.add_paragraph("{%p for part in parts %}")
    document.add_paragraph("{{ part.heading }}", style="Heading 1")
    document.add_paragraph("{%p if part.sentence %}")
    _add_sentence(document, "part.sentence")
    document.add_paragraph("{%p endif %}")
    _write_tables(document, "part.tables")
    document.add_paragraph("{%p if part.chart %}")
    document.add_paragraph("{{p part.chart.caption_line }}")
    document.add_paragraph("{{ part.chart.picture }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for note in part.notes %}")
    document.add_paragraph("{{ note }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    _write_list(document, "warnings")
    _write_list(document, "definitions")


def _add_sentence(document: Part, name: str) -> None:
    paragraph = document.add_paragraph(style="Normal")
    paragraph.paragraph_format.keep_with_next = True  # a sentence and its table begin on one page
    paragraph.add_run(f"{{{{ {name}.before }}}}")
    paragraph.add_run(f"{{{{ {name}.emphasised }}}}").bold = True
    paragraph.add_run(f"{{{{ {name}.after }}}}")


def _write_tables(document: Part, name: str) -> None:
    document.add_paragraph(f"{{%p for table in {name} %}}")
    document.add_paragraph("{{p table.caption_line }}")
    document.add_paragraph("{{p table.grid }}")
    document.add_paragraph("{%p endfor %}")


def _write_list(document: Part, name: str) -> None:
    document.add_paragraph(f"{{%p if {name} %}}")
    document.add_paragraph(f"{{{{ words.{name} }}}}", style="Heading 1")
    document.add_paragraph(f"{{%p for text in {name} %}}")
    document.add_paragraph("{{ text }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


if __name__ == "__main__":
    build()
