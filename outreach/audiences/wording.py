"""What came of an import, in words."""

from outreach.audiences.importing import ImportResult
from outreach.translation import gettext as _
from outreach.translation import ngettext


def describe_result(result: ImportResult) -> str:
    """Return the figures as a sentence: «412 filas: 398 nuevas, 9 se actualizan, 5 con error.»."""
    parts = [
        ngettext("%(num)s nueva", "%(num)s nuevas", result.new),
        ngettext("%(num)s se actualiza", "%(num)s se actualizan", result.updated),
        _("%(num)s con error", num=len(result.refused)),
    ]
    if result.kept_out:
        parts.append(ngettext("%(num)s queda fuera", "%(num)s quedan fuera", len(result.kept_out)))
    rows = ngettext("%(num)s fila", "%(num)s filas", result.rows)
    return f"{rows}: {', '.join(parts)}."


def describe_attributes(result: ImportResult) -> str:
    """Name the columns that become attributes, or return an empty text."""
    if not result.attributes:
        return ""
    return _(
        "Estas columnas se guardan como datos de cada persona, que un mensaje puede citar: %(names)s.",
        names=", ".join(result.attributes),
    )
