"""Signing in and out, the language of the pages, and one's own account."""

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts import links, second_step, service
from outreach.accounts.access import (
    SESSION_LANGUAGE,
    find_current_session,
    find_current_user,
    get_current_user,
    public,
    requires,
)
from outreach.accounts.blueprint import blueprint
from outreach.accounts.entering import ask_second_step, let_in, safe_target
from outreach.accounts.errors import SignInError, WeakPasswordError
from outreach.accounts.forms import NameForm, PasswordForm, SignInForm
from outreach.accounts.passwords import is_password
from outreach.accounts.queries import list_open_sessions
from outreach.accounts.second_factor import count_codes
from outreach.accounts.wording import browser_name, role_name
from outreach.db import db
from outreach.translation import LANGUAGES
from outreach.translation import gettext as _

__all__ = ["blueprint", "links", "second_step"]


@blueprint.get("/entrar")
@public("whoever wants to sign in has not done so yet")
def sign_in() -> Response | str:
    """Ask for address and password."""
    if find_current_user():
        return redirect(safe_target(request.args.get("next")))
    return render_template("accounts/sign_in.html", form=SignInForm(), target=request.args.get("next"))


@blueprint.post("/entrar")
@public("whoever wants to sign in has not done so yet")
def open_session() -> Response | tuple[str, int]:
    """Sign in, with a new session whatever the browser brought."""
    form = SignInForm()
    target = request.form.get("next")
    if form.validate_on_submit():
        try:
            user = service.identify(form.email.data, form.password.data, request.remote_addr or "")
        except SignInError as refusal:
            # A wrong password is a row as well: the throttle counts it.
            db.session.commit()
            form.form_errors.append(str(refusal))
        else:
            return ask_second_step(user, target) if user.second_factor_nonce else let_in(user, target)
    return render_template("accounts/sign_in.html", form=form, target=target), 422


@blueprint.post("/cuenta/nombre")
@requires()
def rename() -> Response | tuple[str, int]:
    """Change one's own name."""
    form = NameForm()
    if form.validate_on_submit():
        service.rename(get_current_user(), form.name.data)
        db.session.commit()
        flash(_("Su nombre cambió."), "success")
        return redirect(url_for("accounts.show"), 303)
    return _render_account(PasswordForm(formdata=None), form), 422


@blueprint.post("/salir")
@requires()
def sign_out() -> Response:
    """Close this session."""
    current = find_current_session()
    if current:
        service.sign_out(current)
        db.session.commit()
    session.clear()
    flash(_("Usted cerró su sesión."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/idioma")
@public("the sign-in page can be read in both languages")
def set_language() -> Response:
    """Show the pages in the other language, for good when somebody is signed in."""
    language = request.form.get("language", "")
    user = find_current_user()
    if user:
        service.set_language(user, language)
        db.session.commit()
    elif language in LANGUAGES:
        session[SESSION_LANGUAGE] = language
    return redirect(safe_target(request.form.get("next")), 303)


@blueprint.get("/cuenta")
@requires()
def show() -> str:
    """Show one's own account."""
    return _render_account(PasswordForm())


def _render_account(form: PasswordForm, name_form: NameForm | None = None) -> str:
    user = get_current_user()
    if name_form is None:
        name_form = NameForm(formdata=None)
        name_form.name.data = user.name
    sessions = list_open_sessions(user, clock.now())
    return render_template(
        "accounts/show.html",
        form=form,
        name_form=name_form,
        codes_left=count_codes(user) if user.second_factor_nonce else 0,
        sessions=sessions,
        current=find_current_session(),
        role_name=role_name(user.role),
        browser_name=browser_name,
    )


@blueprint.post("/cuenta/contrasena")
@requires()
def set_password() -> Response | tuple[str, int]:
    """Change one's own password and sign out everywhere else."""
    form = PasswordForm()
    user = get_current_user()
    if form.validate_on_submit():
        if not is_password(form.current.data, user.password_hash):
            form.current.errors = [_("La contraseña actual no es correcta.")]
            return _render_account(form), 422
        try:
            service.set_password(user, form.password.data, keep=find_current_session())
        except WeakPasswordError as refusal:
            form.password.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(_("Su contraseña cambió; las demás sesiones se cerraron."), "success")
            return redirect(url_for("accounts.show"), 303)
    return _render_account(form), 422


@blueprint.post("/cuenta/sesiones/<int:session_id>/cerrar")
@requires()
def revoke_session(session_id: int) -> Response:
    """Close one of one's own sessions."""
    service.revoke_session(get_current_user(), session_id)
    db.session.commit()
    flash(_("La sesión se cerró."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.post("/cuenta/sesiones/cerrar-otras")
@requires()
def revoke_other_sessions() -> Response:
    """Close every session of one's own but this one."""
    service.revoke_sessions(get_current_user(), keep=find_current_session())
    db.session.commit()
    flash(_("Las demás sesiones se cerraron."), "success")
    return redirect(url_for("accounts.show"), 303)
