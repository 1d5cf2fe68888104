"""The pages of the second step: giving the code at the door, and setting it up on one's own account."""

import segno
from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from outreach.accounts import second_factor
from outreach.accounts.access import find_current_session, get_current_user, public, requires
from outreach.accounts.blueprint import blueprint
from outreach.accounts.entering import find_waiting, let_in
from outreach.accounts.errors import SecondFactorError, SignInError
from outreach.accounts.forms import CodeForm
from outreach.accounts.passwords import is_password
from outreach.accounts.service import pass_second_step, revoke_sessions
from outreach.db import db
from outreach.translation import gettext as _

_NONCE = "second_factor_nonce"


@blueprint.get("/entrar/segundo-paso")
@public("whoever gives the second code is still signing in")
def second_step() -> Response | str:
    """Ask for the code of somebody whose password was right."""
    if find_waiting() is None:
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/second_step.html", form=CodeForm())


@blueprint.post("/entrar/segundo-paso")
@public("whoever gives the second code is still signing in")
def give_code() -> Response | tuple[str, int]:
    """Let somebody in whose code is right."""
    waiting = find_waiting()
    if waiting is None:
        flash(_("Pasó demasiado tiempo: entre de nuevo."), "warning")
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            pass_second_step(waiting[0], form.code.data, request.remote_addr or "")
        except SignInError as refusal:
            # A wrong code is a row as well: the throttle counts it.
            db.session.commit()
            form.form_errors.append(str(refusal))
        else:
            return let_in(*waiting)
    form.code.data = ""
    return render_template("accounts/second_step.html", form=form), 422


@blueprint.get("/cuenta/segundo-paso")
@requires()
def show_second_factor() -> str:
    """Show how to set the second step up, or that it is."""
    return _render(CodeForm())


def _render(form: CodeForm) -> str:
    user = get_current_user()
    nonce = session.setdefault(_NONCE, second_factor.make_nonce())
    key = second_factor.find_key(user, nonce)
    picture = segno.make(second_factor.make_address(user, nonce), error="m")
    return render_template(
        "accounts/second_factor.html",
        form=form,
        key=" ".join(key[place : place + 4] for place in range(0, len(key), 4)),
        picture=picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        is_demanded=second_factor.lacks_demanded(user),
        codes_left=second_factor.count_codes(user),
    )


@blueprint.post("/cuenta/segundo-paso")
@requires()
def set_up_second_factor() -> tuple[str, int] | str:
    """Ask for the second step from now on, sign out everywhere else, and show the codes for paper once."""
    form = CodeForm()
    user = get_current_user()
    if form.validate_on_submit() and not user.second_factor_nonce:
        try:
            codes = second_factor.set_up(user, session.get(_NONCE, ""), form.code.data)
        except SecondFactorError as refusal:
            form.code.errors = [str(refusal)]
        else:
            revoke_sessions(user, keep=find_current_session())
            db.session.commit()
            session.pop(_NONCE, None)
            return render_template("accounts/recovery_codes.html", codes=codes)
    return _render(form), 422


@blueprint.post("/cuenta/segundo-paso/codigos")
@requires()
def renew_codes() -> Response | str:
    """Make new codes for paper, for whoever gives the password again."""
    user = get_current_user()
    if not user.second_factor_nonce or not _gives_password():
        return redirect(url_for("accounts.show_second_factor"), 303)
    codes = second_factor.renew_codes(user)
    db.session.commit()
    return render_template("accounts/recovery_codes.html", codes=codes)


@blueprint.post("/cuenta/segundo-paso/quitar")
@requires()
def remove_second_factor() -> Response:
    """Ask for the password alone again, of whoever gives it."""
    user = get_current_user()
    if user.second_factor_nonce and _gives_password():
        second_factor.remove(user, user)
        db.session.commit()
        flash(_("El segundo paso quedó desactivado: basta la contraseña."), "success")
    return redirect(url_for("accounts.show_second_factor"), 303)


def _gives_password() -> bool:
    """Ask for the password again: an unattended browser must not open the second lock."""
    if is_password(request.form.get("password", ""), get_current_user().password_hash):
        return True
    flash(_("La contraseña no es correcta."), "danger")
    return False
