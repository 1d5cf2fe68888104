"""The pages of the kinds, and of what their campaigns begin with."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.models import Campaign, Kind
from outreach.campaigns.queries import list_kinds as read_kinds
from outreach.campaigns.rendering import find_look
from outreach.campaigns.settings import service
from outreach.campaigns.settings.blueprint import blueprint
from outreach.campaigns.settings.errors import SettingsError
from outreach.campaigns.settings.forms import KindForm
from outreach.db import db
from outreach.translation import current_language
from outreach.translation import gettext as _


@blueprint.get("/tipos")
@requires(Permission.CONFIGURE)
def list_kinds() -> str:
    """Show every kind with what it presets."""
    uses = service.count_uses(Campaign.kind_id)
    return render_template("campaign_settings/kinds.html", kinds=read_kinds(), uses=uses, name_template=_name_template)


def _name_template(slug: str) -> str:
    look = find_look(slug)
    return look.name.get(current_language(), slug) if look else ""


@blueprint.get("/tipos/nuevo")
@requires(Permission.CONFIGURE)
def new_kind() -> str:
    """Ask for a kind."""
    return _render(KindForm())


@blueprint.post("/tipos/nuevo")
@requires(Permission.CONFIGURE)
def add_kind() -> Response | tuple[str, int]:
    """Add a kind."""
    return _take(KindForm(), None)


@blueprint.get("/tipos/<int:kind_id>")
@requires(Permission.CONFIGURE)
def edit_kind(kind_id: int) -> str:
    """Show a kind as it is."""
    kind = service.get_kind(kind_id)
    form = KindForm(formdata=None, obj=kind)
    form.sender.data = str(kind.sender_id or "")
    form.audiences.data = [link.audience_id for link in kind.audience_links]
    return _render(form, kind)


@blueprint.post("/tipos/<int:kind_id>")
@requires(Permission.CONFIGURE)
def keep_kind(kind_id: int) -> Response | tuple[str, int]:
    """Change a kind."""
    return _take(KindForm(), service.get_kind(kind_id))


def _take(form: KindForm, kind: Kind | None) -> Response | tuple[str, int]:
    form.offer()
    if form.validate_on_submit():
        try:
            if kind is None:
                service.add_kind(form.slug.data or "", form.read(), get_current_user())
            else:
                order = tuple(link.audience_id for link in kind.audience_links)
                service.edit_kind(kind, form.read(order), get_current_user())
        except SettingsError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("Los cambios se guardaron."), "success")
            return redirect(url_for("campaign_settings.list_kinds"), 303)
    return _render(form, kind), 422


def _render(form: KindForm, kind: Kind | None = None) -> str:
    form.offer()
    return render_template("campaign_settings/kind.html", form=form, kind=kind)


@blueprint.post("/tipos/<int:kind_id>/quitar")
@requires(Permission.CONFIGURE)
def remove_kind(kind_id: int) -> Response:
    """Take a kind away that nothing was written as."""
    service.remove_kind(service.get_kind(kind_id), get_current_user())
    db.session.commit()
    flash(_("El tipo de envío se quitó."), "success")
    return redirect(url_for("campaign_settings.list_kinds"), 303)
