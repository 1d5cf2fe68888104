"""The pages of the people who sign in: who they are, what they may do, and how they get in."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts import people, second_factor
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.errors import AccountError
from outreach.accounts.forms import NewPersonForm, PersonForm
from outreach.accounts.models import User
from outreach.accounts.rules import Permission, Role
from outreach.accounts.settings.blueprint import blueprint
from outreach.accounts.wording import ROLE_PURPOSES, role_name
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/personas")
@requires(Permission.CONFIGURE)
def list_people() -> str:
    """Show every account."""
    return render_template("settings/people.html", people=people.list_people(), role_name=role_name)


@blueprint.get("/personas/nueva")
@requires(Permission.CONFIGURE)
def invite() -> str:
    """Ask for a new person."""
    return _render_new(NewPersonForm())


@blueprint.post("/personas/nueva")
@requires(Permission.CONFIGURE)
def add_person() -> Response | tuple[str, int]:
    """Make an account, and lead to the link that its person opens it with."""
    form = NewPersonForm()
    if form.validate_on_submit():
        try:
            user = people.invite(form.email.data, _read(form), get_current_user())
        except AccountError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("La cuenta existe: falta que %(name)s elija su contraseña.", name=user.name), "success")
            return redirect(url_for("settings.edit_person", user_id=user.id), 303)
    return _render_new(form), 422


def _render_new(form: NewPersonForm) -> str:
    return render_template("settings/new_person.html", form=form, purposes=ROLE_PURPOSES)


@blueprint.get("/personas/<int:user_id>")
@requires(Permission.CONFIGURE)
def edit_person(user_id: int) -> str:
    """Show one account with what can be changed of it."""
    user = people.get_person(user_id)
    form = PersonForm(formdata=None)
    form.name.data, form.role.data, form.language.data = user.name, str(user.role), user.language
    return _render_person(user, form)


@blueprint.post("/personas/<int:user_id>")
@requires(Permission.CONFIGURE)
def keep_person(user_id: int) -> Response | tuple[str, int]:
    """Change somebody's name, role or language."""
    user = people.get_person(user_id)
    form = PersonForm()
    if form.validate_on_submit():
        try:
            people.edit_person(user, _read(form), get_current_user())
        except AccountError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("Los cambios se guardaron."), "success")
            return redirect(url_for("settings.list_people"), 303)
    return _render_person(people.get_person(user_id), form), 422


def _read(form: PersonForm) -> people.PersonWords:
    return people.PersonWords(form.name.data, Role(form.role.data), form.language.data)


def _render_person(user: User, form: PersonForm, link: str = "") -> str:
    return render_template(
        "settings/person.html",
        person=user,
        form=form,
        link=link,
        link_days=people.LINK_DAYS,
        purposes=ROLE_PURPOSES,
        is_oneself=user.id == get_current_user().id,
    )


@blueprint.post("/personas/<int:user_id>/enlace")
@requires(Permission.CONFIGURE)
def make_link(user_id: int) -> str:
    """Show, once, the link with which somebody chooses a password."""
    user = people.get_person(user_id)
    if not user.is_active:
        raise AccountError(_("La cuenta está desactivada: actívela antes de dar un enlace."))
    link = people.make_password_link(user, get_current_user())
    db.session.commit()
    form = PersonForm(formdata=None)
    form.name.data, form.role.data, form.language.data = user.name, str(user.role), user.language
    return _render_person(user, form, link)


@blueprint.post("/personas/<int:user_id>/desactivar")
@requires(Permission.CONFIGURE)
def deactivate(user_id: int) -> Response:
    """Let somebody sign in no more."""
    people.deactivate(people.get_person(user_id), get_current_user())
    return _keep(user_id, _("La cuenta se desactivó y sus sesiones se cerraron."))


@blueprint.post("/personas/<int:user_id>/activar")
@requires(Permission.CONFIGURE)
def activate(user_id: int) -> Response:
    """Let somebody sign in again."""
    people.activate(people.get_person(user_id), get_current_user())
    return _keep(user_id, _("La cuenta está activa de nuevo."))


@blueprint.post("/personas/<int:user_id>/cerrar-sesiones")
@requires(Permission.CONFIGURE)
def close_sessions(user_id: int) -> Response:
    """Sign somebody out everywhere."""
    people.close_sessions(people.get_person(user_id), get_current_user())
    return _keep(user_id, _("Sus sesiones se cerraron."))


@blueprint.post("/personas/<int:user_id>/quitar-segundo-paso")
@requires(Permission.CONFIGURE)
def remove_second_factor(user_id: int) -> Response:
    """Let somebody who lost the telephone and the codes in with the password alone."""
    second_factor.remove(people.get_person(user_id), get_current_user())
    return _keep(user_id, _("El segundo paso de esta cuenta quedó desactivado."))


def _keep(user_id: int, sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("settings.edit_person", user_id=user_id), 303)
