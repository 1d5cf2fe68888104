"""One person's page: where they are, what they agreed to, and what staff may do about it."""

import json
from dataclasses import fields

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences import service
from outreach.audiences.blueprint import blueprint
from outreach.audiences.forms import EraseForm, LiftForm, PersonForm, SuppressForm, UnsubscribeForm
from outreach.audiences.models import Contact
from outreach.audiences.queries import (
    find_suppression,
    get_audience,
    get_contact,
    list_subscriptions,
)
from outreach.audiences.rectifying import PersonWords, erase, is_erased, rectify
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import BY_STAFF, Evidence
from outreach.audiences.timeline import gather, list_events
from outreach.db import db
from outreach.translation import gettext as _
from outreach.web.downloads import attachment
from outreach.web.forms import Form


@blueprint.get("/personas/<int:contact_id>")
@requires()
def show_person(contact_id: int) -> str:
    """Show what is known of somebody."""
    return _render(get_contact(contact_id))


def _render(contact: Contact, faulty: Form | None = None) -> str:
    forms: dict[str, Form] = {
        "unsubscribe": UnsubscribeForm(),
        "suppress": SuppressForm(),
        "lift": LiftForm(),
        "erase": EraseForm(),
    }
    if faulty is not None:
        forms = {name: faulty if type(form) is type(faulty) else form for name, form in forms.items()}
    return render_template(
        "audiences/show_person.html",
        contact=contact,
        subscriptions=list_subscriptions(contact.id),
        suppression=find_suppression(contact.email_key),
        events=list_events(contact),
        is_erased=is_erased(contact),
        forms=forms,
        faulty=faulty,
    )


def _go_back(contact: Contact, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("audiences.show_person", contact_id=contact.id), 303)


@blueprint.post("/personas/<int:contact_id>/baja/<slug>")
@requires(Permission.WRITE)
def unsubscribe(contact_id: int, slug: str) -> Response | tuple[str, int]:
    """End somebody's place in an audience for a reason that they gave to staff."""
    contact, form = get_contact(contact_id), UnsubscribeForm()
    if not form.validate_on_submit():
        return _render(contact, form), 422
    service.unsubscribe(contact, get_audience(slug), Evidence(BY_STAFF, form.reason.data.strip()), get_current_user())
    db.session.commit()
    return _go_back(contact, _("La persona ya no está en esa audiencia; solo ella puede volver a suscribirse."))


@blueprint.post("/personas/<int:contact_id>/exclusion")
@requires(Permission.WRITE)
def suppress(contact_id: int) -> Response | tuple[str, int]:
    """Let an address get nothing from any campaign."""
    contact, form = get_contact(contact_id), SuppressForm()
    if not form.validate_on_submit():
        return _render(contact, form), 422
    reason = SuppressionReason(form.why.data)
    service.suppress(contact.email_key, reason, form.note.data.strip(), get_current_user())
    db.session.commit()
    return _go_back(contact, _("La dirección quedó en exclusión: no recibe nada desde este momento."))


@blueprint.post("/personas/<int:contact_id>/exclusion/quitar")
@requires(Permission.CONFIGURE)
def lift(contact_id: int) -> Response | tuple[str, int]:
    """Let an address get mail again."""
    contact, form = get_contact(contact_id), LiftForm()
    if not form.validate_on_submit():
        return _render(contact, form), 422
    service.lift_suppression(contact.email_key, form.lift_note.data.strip(), get_current_user())
    db.session.commit()
    return _go_back(contact, _("La dirección puede volver a recibir correos."))


@blueprint.route("/personas/<int:contact_id>/corregir", methods=["GET", "POST"])
@requires(Permission.WRITE)
def edit_person(contact_id: int) -> Response | str | tuple[str, int]:
    """Correct what is known of somebody."""
    contact = get_contact(contact_id)
    if is_erased(contact):
        return redirect(url_for("audiences.show_person", contact_id=contact_id), 303)
    form = PersonForm(obj=contact)
    if not form.is_submitted():
        return render_template("audiences/edit_person.html", contact=contact, form=form)
    if not form.validate():
        return render_template("audiences/edit_person.html", contact=contact, form=form), 422
    words = PersonWords(**{field.name: (form[field.name].data or "").strip() for field in fields(PersonWords)})
    changed = rectify(contact, words, get_current_user())
    db.session.commit()
    return _go_back(contact, _("Guardado.") if changed else _("No había nada que cambiar."))


@blueprint.post("/personas/<int:contact_id>/datos.json")
@requires(Permission.WRITE)
def download_person(contact_id: int) -> Response:
    """Send everything on somebody, for their right of access; the trail says that it was taken out."""
    contact = get_contact(contact_id)
    content = json.dumps(gather(contact), ensure_ascii=False, indent=2)
    record("access", "contact", contact.id, user=get_current_user())
    db.session.commit()
    return attachment(content, f"persona-{contact.id}.json", "application/json")


@blueprint.post("/personas/<int:contact_id>/suprimir")
@requires(Permission.CONFIGURE)
def erase_person(contact_id: int) -> Response | tuple[str, int]:
    """Take out everything that tells who somebody is, for their right of cancellation."""
    contact, form = get_contact(contact_id), EraseForm()
    if not form.validate_on_submit():
        return _render(contact, form), 422
    erase(contact, form.grounds.data.strip(), get_current_user())
    db.session.commit()
    return _go_back(contact, _("Se suprimieron los datos de la persona; las cifras de los envíos no cambian."))
