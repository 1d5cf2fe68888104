"""The form of a layout: its options as fields, and back."""

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from outreach.reports.layouts import Field, Layout
from outreach.reports.service import LONGEST_NAME, LONGEST_SLUG
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form

COLUMNS_OFFERED = 6
_LONGEST_TEXT = 300
_SWITCHES = ("weekday", "day_padding", "date_stop", "caption_bold")
_CHOSEN = ("rows", "number", "first_of_month", "total", "bold", "counts")
_TEXTS = ("caption", "constant")
_STOPS = {"true": True, "false": False, "as-is": "as-is"}

_FIELDS = {
    "": _("— sin columna —"),
    Field.NUMBER: _("Número"),
    Field.DATE: _("Fecha"),
    Field.INFORMATION: _("Información"),
    Field.CONSTANT: _("Texto fijo"),
    Field.YEAR: _("Año"),
    Field.COUNT: _("Envíos"),
}


def _choices(labels: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in labels.items()]


class ColumnForm(PlainForm):  # type: ignore[misc] # WTForms ships no types
    """One column: its heading in both languages and what stands under it."""

    heading_es = StringField(_("Encabezado en español"), [Length(max=80)])
    heading_en = StringField(_("Encabezado en inglés"), [Length(max=80)])
    # What does not exist is refused by the layout itself, which names it.
    field = SelectField(_("Contenido"), choices=_choices(_FIELDS), validate_choice=False)


class LayoutForm(Form):
    """A layout as somebody writes it."""

    slug = StringField(
        _("Clave"),
        [Length(max=LONGEST_SLUG)],
        description=_("Para la línea de comandos, como tabla-trimestral; vacía, sale del nombre. No cambia después."),
    )
    name_es = StringField(_("Nombre en español"), [DataRequired(), Length(max=LONGEST_NAME)])
    name_en = StringField(_("Nombre en inglés"), [Length(max=LONGEST_NAME)])
    columns = FieldList(FormField(ColumnForm), min_entries=COLUMNS_OFFERED, max_entries=COLUMNS_OFFERED)
    rows = SelectField(
        _("Cada fila es"),
        [InputRequired()],
        choices=_choices(
            {
                "dispatch": _("un envío"),
                "month": _("un mes, con sus fechas"),
                "month-and-text": _("un mes y un texto, con sus fechas"),
                "year": _("un año, con su total"),
            }
        ),
    )
    number = SelectField(
        _("Número de fila"),
        [InputRequired()],
        choices=_choices({"1.": _("1. con punto"), "1": _("1 sin punto"), "none": _("sin número")}),
    )
    weekday = BooleanField(_("Con el día de la semana"))
    day_padding = BooleanField(_("Con dos cifras en el día: 01"))
    first_of_month = SelectField(_("El primero del mes"), [InputRequired()], choices=_choices({"1": "1", "1°": "1°"}))
    date_stop = BooleanField(_("Punto al final de la fecha"))
    information_stop = SelectField(
        _("Punto al final del texto"),
        [InputRequired()],
        choices=_choices({"true": _("siempre"), "false": _("nunca"), "as-is": _("como esté escrito")}),
    )
    total = SelectField(
        _("El total en la frase"),
        [InputRequired()],
        choices=_choices({"words": _("con letra hasta nueve"), "figures": _("en cifras"), "none": _("no se dice")}),
    )
    bold = SelectField(
        _("En negritas"),
        [InputRequired()],
        choices=_choices(
            {"none": _("nada"), "number": _("el número"), "number-and-noun": _("el número y lo que cuenta")}
        ),
    )
    counts = SelectField(
        _("Se cuentan"),
        [InputRequired()],
        choices=_choices({"dispatches": _("envíos"), "topics": _("temas: textos distintos")}),
    )
    caption_es = StringField(
        _("Título de la tabla en español"),
        [Length(max=_LONGEST_TEXT)],
        description=_("{number} es el número que le toca en el informe, como «Tabla {number} Información difundida»."),
    )
    caption_en = StringField(_("Título de la tabla en inglés"), [Length(max=_LONGEST_TEXT)])
    caption_bold = BooleanField(_("Título en negritas"))
    constant_es = StringField(
        _("Texto fijo en español"), [Length(max=1000)], description=_("Se imprime una vez, en una celda combinada.")
    )
    constant_en = StringField(_("Texto fijo en inglés"), [Length(max=1000)])

    def read_options(self) -> dict[str, object]:
        """Return the options as a TOML file would hold them; columns without content are left out."""
        chosen = [column.form for column in self.columns.entries if column.form.field.data]
        options: dict[str, object] = {
            "columns": {
                "es": [_read(column.heading_es) for column in chosen],
                "en": [_read(column.heading_en) or _read(column.heading_es) for column in chosen],
            },
            "fields": [column.field.data for column in chosen],
            "information_stop": _STOPS.get(self.information_stop.data, self.information_stop.data),
        }
        options |= {name: self[name].data for name in (*_CHOSEN, *_SWITCHES)}
        for name in _TEXTS:
            if spanish := _read(self[f"{name}_es"]):
                options[name] = {"es": spanish, "en": _read(self[f"{name}_en"]) or spanish}
        return options


def _read(field: StringField) -> str:
    return (field.data or "").strip()


class WordTemplateForm(Form):
    """A Word file to print reports in."""

    file = FileField(_("Plantilla de Word"), [FileRequired()], description=_("Un archivo DOCX de hasta 5 MB."))


def list_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of the options of a layout."""
    spanish, english = _speak(options.get("columns", []), "es"), _speak(options.get("columns", []), "en")
    defaults = {option.name: option.default for option in dataclass_fields(Layout)}
    values: dict[str, Any] = {name: options.get(name, defaults[name]) for name in (*_CHOSEN, *_SWITCHES)}
    values["information_stop"] = str(options.get("information_stop", True)).lower()
    values["columns"] = [
        {"heading_es": here, "heading_en": there, "field": field}
        for here, there, field in zip(spanish, english, options.get("fields", []), strict=False)
    ]
    for name in _TEXTS:
        values[f"{name}_es"] = _speak(options.get(name, ""), "es")
        values[f"{name}_en"] = _speak(options.get(name, ""), "en")
    return values


def _speak(value: Any, language: str) -> Any:  # noqa: ANN401 - a text or a list of texts
    return value.get(language, value.get("es")) if isinstance(value, dict) else value
