"""The page of the Word template: what it may hold, the one in use, a new one."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.db import db
from outreach.reports.documents.formats import MEDIA_TYPES, Format
from outreach.reports.documents.templates import LARGEST, WordTemplateError
from outreach.reports.documents.word import TEMPLATE
from outreach.reports.queries import find_word_template
from outreach.reports.service import keep_word_template, retire_word_templates
from outreach.reports.settings.blueprint import blueprint
from outreach.reports.settings.forms import WordTemplateForm
from outreach.reports.settings.placeholders import PLACEHOLDERS
from outreach.translation import gettext as _
from outreach.web.downloads import attachment


@blueprint.get("/informes/plantilla")
@requires(Permission.CONFIGURE)
def show_template() -> str:
    """Show which Word template reports are printed in, and what one may hold."""
    return _render(WordTemplateForm())


@blueprint.post("/informes/plantilla")
@requires(Permission.CONFIGURE)
def upload_template() -> Response | tuple[str, int]:
    """Print reports in the file that was brought, if a sample can be printed in it."""
    form = WordTemplateForm()
    if not form.validate_on_submit():
        return _render(form), 422
    try:
        keep_word_template(form.file.data.filename or "", form.file.data.read(LARGEST + 1), get_current_user())
    except WordTemplateError as refusal:
        form.file.errors = [str(refusal)]
        return _render(form), 422
    db.session.commit()
    flash(_("La plantilla se guardó: los próximos DOCX la usan."), "success")
    return redirect(url_for("report_settings.show_template"), 303)


@blueprint.post("/informes/plantilla/quitar")
@requires(Permission.CONFIGURE)
def retire_template() -> Response:
    """Print reports in the shipped template again."""
    retire_word_templates(get_current_user())
    db.session.commit()
    flash(_("Los informes vuelven a la plantilla del programa."), "success")
    return redirect(url_for("report_settings.show_template"), 303)


@blueprint.get("/informes/plantilla/descargar")
@requires(Permission.CONFIGURE)
def download_template() -> Response:
    """Send the template in use, to be changed in Word."""
    template = find_word_template()
    name, content = (template.filename, template.content) if template else (TEMPLATE.name, TEMPLATE.read_bytes())
    return attachment(content, name, MEDIA_TYPES[Format.DOCX])


def _render(form: WordTemplateForm) -> str:
    return render_template(
        "report_settings/template.html", form=form, template=find_word_template(), placeholders=PLACEHOLDERS
    )
