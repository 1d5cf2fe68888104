"""The pages of the senders."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.models import Campaign, Sender
from outreach.campaigns.queries import list_senders as read_senders
from outreach.campaigns.settings import service
from outreach.campaigns.settings.blueprint import blueprint
from outreach.campaigns.settings.errors import SettingsError
from outreach.campaigns.settings.forms import SenderForm
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/remitentes")
@requires(Permission.CONFIGURE)
def list_senders() -> str:
    """Show every sender with how many campaigns it has."""
    uses = service.count_uses(Campaign.sender_id)
    return render_template("campaign_settings/senders.html", senders=read_senders(), uses=uses)


@blueprint.get("/remitentes/nuevo")
@requires(Permission.CONFIGURE)
def new_sender() -> str:
    """Ask for a sender."""
    return _render(SenderForm())


@blueprint.post("/remitentes/nuevo")
@requires(Permission.CONFIGURE)
def add_sender() -> Response | tuple[str, int]:
    """Add a sender."""
    return _take(SenderForm(), None)


@blueprint.get("/remitentes/<int:sender_id>")
@requires(Permission.CONFIGURE)
def edit_sender(sender_id: int) -> str:
    """Show a sender as it is."""
    sender = service.get_sender(sender_id)
    return _render(SenderForm(formdata=None, obj=sender), sender)


@blueprint.post("/remitentes/<int:sender_id>")
@requires(Permission.CONFIGURE)
def keep_sender(sender_id: int) -> Response | tuple[str, int]:
    """Change a sender."""
    return _take(SenderForm(), service.get_sender(sender_id))


def _take(form: SenderForm, sender: Sender | None) -> Response | tuple[str, int]:
    if form.validate_on_submit():
        try:
            if sender is None:
                service.add_sender(form.read(), get_current_user())
            else:
                service.edit_sender(sender, form.read(), get_current_user())
        except SettingsError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("Los cambios se guardaron."), "success")
            return redirect(url_for("campaign_settings.list_senders"), 303)
    return _render(form, sender), 422


def _render(form: SenderForm, sender: Sender | None = None) -> str:
    return render_template("campaign_settings/sender.html", form=form, sender=sender)


@blueprint.post("/remitentes/<int:sender_id>/quitar")
@requires(Permission.CONFIGURE)
def remove_sender(sender_id: int) -> Response:
    """Take a sender away that nothing was written from."""
    service.remove_sender(service.get_sender(sender_id), get_current_user())
    db.session.commit()
    flash(_("El remitente se quitó."), "success")
    return redirect(url_for("campaign_settings.list_senders"), 303)
