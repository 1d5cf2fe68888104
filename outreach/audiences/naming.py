"""The pages of Ajustes where audiences get their names and the reports' words for them."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences.blueprint import blueprint
from outreach.audiences.errors import AudienceError
from outreach.audiences.forms import AudienceForm
from outreach.audiences.models import Audience
from outreach.audiences.names import list_audience_names, rename_audience
from outreach.audiences.queries import get_audience
from outreach.audiences.service import AudienceNames
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/ajustes/audiencias")
@requires(Permission.CONFIGURE)
def list_names() -> str:
    """Show what every audience is called."""
    return render_template("audiences/names.html", audiences=list_audience_names())


@blueprint.get("/ajustes/audiencias/<slug>")
@requires(Permission.CONFIGURE)
def edit(slug: str) -> str:
    """Show the names of one audience."""
    audience = get_audience(slug)
    return _render(audience, AudienceForm(formdata=None, obj=audience))


@blueprint.post("/ajustes/audiencias/<slug>")
@requires(Permission.CONFIGURE)
def keep(slug: str) -> Response | tuple[str, int]:
    """Change the names of one audience; its key stays."""
    audience = get_audience(slug)
    form = AudienceForm()
    form.slug.data = audience.slug
    if form.validate_on_submit():
        names = AudienceNames(form.name_es.data, form.name_en.data, form.phrase_es.data, form.phrase_en.data)
        try:
            rename_audience(audience, names, get_current_user())
        except AudienceError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("Los cambios se guardaron."), "success")
            return redirect(url_for("audiences.list_names"), 303)
    return _render(audience, form), 422


def _render(audience: Audience, form: AudienceForm) -> str:
    return render_template("audiences/edit.html", audience=audience, form=form)
