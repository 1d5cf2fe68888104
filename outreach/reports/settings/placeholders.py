"""What a Word template may hold, for the page that explains it."""

from outreach.translation import lazy_gettext as _l

PLACEHOLDERS = (
    ("{{ title }}", _l("El título del informe")),
    ("{{ subtitle }}", _l("El periodo")),
    ("{{ institution }}", _l("El nombre de la institución")),
    (
        "{{ sentence.before }}{{ sentence.emphasised }}{{ sentence.after }}",
        _l("La frase; la parte de en medio lleva las negritas"),
    ),
    ("{{ total }}", _l("El total, en cifras")),
    ("{%p for table in tables %} … {%p endfor %}", _l("Lo que se repite por cada tabla, en párrafos propios")),
    ("{{p table.caption_line }}", _l("El título de la tabla, numerado por Word")),
    ("{{p table.grid }}", _l("La tabla completa, con el estilo «Tabla de informe» de la plantilla")),
    ("{%tr for row in table.rows %} … {%tr endfor %}", _l("Las filas, para dibujar la tabla a su manera")),
    (
        "{%p for part in parts %} … {%p endfor %}",
        _l("Las partes de un informe completo: part.heading, part.sentence, part.tables, part.chart, part.notes"),
    ),
    ("{{ part.chart.picture }}", _l("La gráfica")),
    (
        "{{p matrix.tables[0].grid }}",
        _l(
            "Una parte por su nombre: matrix, chart, comparison, goals o addendum; si el informe no la trae, está vacía"
        ),
    ),
    ("{%p for text in definitions %} … {%p endfor %}", _l("Cómo se cuenta; igual warnings, los avisos")),
    ("{{ cut_off }}", _l("La fecha y hora de corte")),
)
