"""The page of what is asked of everybody who signs in."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts import second_factor
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.errors import SecondFactorError
from outreach.accounts.forms import SecurityForm
from outreach.accounts.people import list_people
from outreach.accounts.rules import Permission, Role
from outreach.accounts.settings.blueprint import blueprint
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/seguridad")
@requires(Permission.CONFIGURE)
def show_security() -> str:
    """Show whether a second step is demanded, and who has one."""
    form = SecurityForm(formdata=None)
    form.demands_second_factor.data = second_factor.is_demanded()
    return _render(form)


@blueprint.post("/seguridad")
@requires(Permission.CONFIGURE)
def keep_security() -> Response | tuple[str, int]:
    """Demand the second step, or leave it to each person."""
    form = SecurityForm()
    if form.validate_on_submit():
        try:
            second_factor.demand(get_current_user(), is_wanted=form.demands_second_factor.data)
        except SecondFactorError as refusal:
            form.demands_second_factor.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(_("Los cambios se guardaron."), "success")
            return redirect(url_for("settings.show_security"), 303)
    return _render(form), 422


def _render(form: SecurityForm) -> str:
    active = [person.user for person in list_people() if person.user.is_active]
    return render_template(
        "settings/security.html",
        form=form,
        with_step=[user for user in active if user.second_factor_nonce],
        without_step=[user for user in active if not user.second_factor_nonce and user.role == Role.ADMINISTRATOR],
    )
