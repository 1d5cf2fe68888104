"""The page behind a link that lets somebody choose their own password: a new person, or one who forgot it."""

from flask import flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import public
from outreach.accounts.blueprint import blueprint
from outreach.accounts.errors import WeakPasswordError
from outreach.accounts.forms import NewPasswordForm
from outreach.accounts.people import find_invited
from outreach.accounts.service import set_password
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import speaking

_WHY_OPEN = "whoever has no password yet cannot sign in; the token in the address says who, once and for three days"


@blueprint.get("/contrasena/<token>")
@public(_WHY_OPEN)
def choose_password(token: str) -> str | tuple[str, int]:
    """Ask for a password; opening the link changes nothing."""
    user = find_invited(token)
    if user is None:
        return render_template("accounts/ended_link.html"), 404
    with speaking(user.language):
        return render_template("accounts/choose_password.html", form=NewPasswordForm(), invited=user, token=token)


@blueprint.post("/contrasena/<token>")
@public(_WHY_OPEN)
def keep_password(token: str) -> Response | tuple[str, int]:
    """Keep the password, which ends the link and every session, and lead to the sign-in page."""
    user = find_invited(token)
    if user is None:
        return render_template("accounts/ended_link.html"), 404
    with speaking(user.language):
        form = NewPasswordForm()
        if form.validate_on_submit():
            try:
                set_password(user, form.password.data)
            except WeakPasswordError as refusal:
                form.password.errors = [str(refusal)]
            else:
                db.session.commit()
                session.clear()
                flash(_("Su contraseña quedó guardada: ya puede entrar."), "success")
                return redirect(url_for("accounts.sign_in"), 303)
        return render_template("accounts/choose_password.html", form=form, invited=user, token=token), 422
