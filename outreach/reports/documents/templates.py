"""Word templates that an institution brings: looked at before they are kept, tried out on a sample."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from xml.etree.ElementTree import ParseError

from docx.opc.exceptions import OpcError
from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import LxmlError

from outreach.dispatch.rules import Channel
from outreach.errors import OutreachError
from outreach.reports.charts import Bar, Chart
from outreach.reports.documents.word import write_docx
from outreach.reports.layouts import read_layout
from outreach.reports.parts import Part
from outreach.reports.periods import Period
from outreach.reports.report import Report
from outreach.reports.sample_lines import make_sample_line
from outreach.reports.sentences import Subject, write_sentence
from outreach.reports.tables import build_summary, build_table
from outreach.translation import gettext as _

LARGEST = 5 * 1024 * 1024
_MOST_ENTRIES, _MOST_UNPACKED = 500, 60 * 1024 * 1024
_BODY = "word/document.xml"
# A template may link to pages; what it would load when it is opened stays out.
_OUTSIDE = re.compile(
    rb'Type="[^"]*/(?!hyperlink")[A-Za-z]+"[^>]*TargetMode="External"|TargetMode="External"[^>]*Type="[^"]*/(?!hyperlink")[A-Za-z]+"'
)
_PROBLEMS = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


class WordTemplateError(OutreachError):
    """A Word file cannot be the template of reports."""


def check_template(content: bytes) -> None:
    """Raise WordTemplateError unless the file is a Word document that prints a sample report."""
    _check_file(content)
    try:
        written = write_docx(make_sample(), content)
    except (UndefinedError, TemplateSyntaxError) as problem:
        raise WordTemplateError(
            _(
                "La plantilla tiene un marcador que no existe o está mal escrito (%(problem)s): corríjalo.",
                problem=problem.message or "",
            )
        ) from problem
    except SecurityError as problem:
        raise WordTemplateError(
            _("La plantilla pide algo que un informe no da: deje solo los marcadores.")
        ) from problem
    except (TemplateError, OpcError, LxmlError, ParseError, *_PROBLEMS) as problem:
        raise WordTemplateError(
            _("La plantilla no se puede llenar: revise sus marcadores y guárdela de nuevo desde Word.")
        ) from problem
    if not _prints_something(written):
        raise WordTemplateError(
            _("La plantilla no tiene dónde poner la frase ni las tablas: agregue los marcadores de la lista.")
        )


def _check_file(content: bytes) -> None:
    """Look at the file before anything opens it: a small one may hide a very large one (X-21)."""
    if len(content) > LARGEST:
        raise WordTemplateError(_("La plantilla pesa más de 5 MB: quítele imágenes."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if _BODY not in names:
                raise WordTemplateError(_("El archivo no es un documento de Word: guárdelo como DOCX."))
            if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise WordTemplateError(_("La plantilla es demasiado grande al descomprimirse: quítele imágenes."))
            if any(name.endswith("vbaProject.bin") for name in names):
                raise WordTemplateError(_("La plantilla lleva macros: guárdela como DOCX sin ellas."))
            for entry in entries:
                if entry.filename.endswith(".rels") and _OUTSIDE.search(archive.read(entry)):
                    raise WordTemplateError(
                        _("La plantilla carga algo de otro lugar al abrirse: inserte sus imágenes en el documento.")
                    )
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as problem:
        raise WordTemplateError(_("El archivo no es un documento de Word: guárdelo como DOCX.")) from problem


def _prints_something(written: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        body = archive.read(_BODY).decode("utf-8", "replace")
    return _SAMPLE_TEXT in body or _SAMPLE_SENTENCE in body


_SAMPLE_TEXT = "Convocatoria de muestra"
_SAMPLE_SENTENCE = "se enviaron dos correos"


def make_sample() -> Report:
    """Return a small section with one of everything that a template may ask for."""
    layout = read_layout(
        {"columns": ["No.", "Fecha", "Información"], "fields": ["number", "date", "information"], "caption": "Tabla 1"}
    )
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    lines = [
        make_sample_line(date(2026, 1, 15), "Boletín de muestra."),
        make_sample_line(date(2026, 2, 3), f"{_SAMPLE_TEXT}."),
    ]
    subject = Subject(period, {Channel.EMAIL: len(lines)}, audiences=("a la Red de Observación",))
    sentence, table = write_sentence(subject, layout, "es"), build_table(lines, layout, "es")
    summary = build_summary("Tabla 2", ["Audiencia", "Total"], [["Red", "2"], ["Total", "2"]], has_total=True)
    chart = Chart("Gráfica 1", "Enero 1, febrero 1", (Bar("Enero", 1, "1"), Bar("Febrero", 1, "1")))
    parts = [
        Part("audience", "Red de Observación", sentence, (table,)),
        Part("chart", "Por mes", chart=chart),
        *(Part(key, key, tables=(summary,), notes=("Nota.",)) for key in ("matrix", "comparison", "goals", "addendum")),
    ]
    return Report(
        period=period,
        language="es",
        layout=layout,
        institution="Institución",
        sentence=sentence,
        total=len(lines),
        definitions=("Envío.",),
        tables=(table,),
        warnings=("Aviso.",),
        made_at=datetime(2026, 4, 1, 15, tzinfo=UTC),
        zone="America/Mexico_City",
        parts=tuple(parts),
        is_section=True,
    )
