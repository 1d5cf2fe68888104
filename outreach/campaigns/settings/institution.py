"""The page of the institution's identity and privacy notice."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.queries import get_institution
from outreach.campaigns.settings import service
from outreach.campaigns.settings.blueprint import blueprint
from outreach.campaigns.settings.errors import SettingsError
from outreach.campaigns.settings.forms import InstitutionForm
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/institucion")
@requires(Permission.CONFIGURE)
def show_institution() -> str:
    """Show whose mail it is."""
    return _render(InstitutionForm(formdata=None, obj=get_institution()))


@blueprint.post("/institucion")
@requires(Permission.CONFIGURE)
def keep_institution() -> Response | tuple[str, int]:
    """Change whose mail it is."""
    form = InstitutionForm()
    if form.validate_on_submit():
        try:
            service.edit_institution(form.read(), get_current_user())
        except SettingsError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(
                _("Los cambios se guardaron: los llevan las campañas que reciban el visto bueno desde ahora."),
                "success",
            )
            return redirect(url_for("settings.index"), 303)
    return _render(form), 422


def _render(form: InstitutionForm) -> str:
    return render_template("campaign_settings/institution.html", form=form)
