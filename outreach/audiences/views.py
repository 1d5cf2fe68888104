"""The list of audiences, a new one, and the people of each."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences import intake, naming, people, person, service
from outreach.audiences.blueprint import blueprint
from outreach.audiences.errors import AudienceError
from outreach.audiences.exporting import iterate_csv
from outreach.audiences.forms import AudienceForm
from outreach.audiences.members import MEMBER_STATES, PAGE_SIZE, count_states, list_audiences, list_members
from outreach.audiences.queries import get_audience, list_audience_imports
from outreach.audiences.wording import EXCLUSIONS, MEMBER_LABELS, SOURCES, pick_name
from outreach.db import db
from outreach.web.downloads import attachment

__all__ = ["blueprint", "intake", "naming", "people", "person"]


@blueprint.app_context_processor
def _offer_wording() -> dict[str, Any]:
    return {
        "audience_name": pick_name,
        "member_labels": MEMBER_LABELS,
        "exclusion_labels": EXCLUSIONS,
        "consent_sources": SOURCES,
    }


@blueprint.get("/audiencias")
@requires()
def index() -> str:
    """Show every audience with its counts."""
    return render_template("audiences/index.html", audiences=list_audiences())


@blueprint.get("/audiencias/nueva")
@requires(Permission.CONFIGURE)
def create() -> str:
    """Ask for a new audience."""
    return render_template("audiences/create.html", form=AudienceForm())


@blueprint.post("/audiencias/nueva")
@requires(Permission.CONFIGURE)
def add() -> Response | tuple[str, int]:
    """Add an audience."""
    form = AudienceForm()
    if form.validate_on_submit():
        names = service.AudienceNames(form.name_es.data, form.name_en.data, form.phrase_es.data, form.phrase_en.data)
        try:
            audience = service.add_audience(form.slug.data.strip(), names, get_current_user())
        except AudienceError as refusal:
            form.slug.errors = [str(refusal)]
        else:
            db.session.commit()
            return redirect(url_for("audiences.show", slug=audience.slug), 303)
    return render_template("audiences/create.html", form=form), 422


@blueprint.get("/audiencias/<slug>")
@requires()
def show(slug: str) -> str:
    """Show the people of an audience, a page at a time, by words and by state."""
    audience = get_audience(slug)
    words = request.args.get("q", "")[:100]
    asked = request.args.get("estado", "")
    state = asked if asked in MEMBER_STATES else ""
    members = list_members(audience.id, words, state, max(request.args.get("desde", 0, type=int), 0))
    return render_template(
        "audiences/show.html",
        audience=audience,
        members=members,
        next_after=members[-1].contact.id if len(members) == PAGE_SIZE else None,
        is_first=not request.args.get("desde"),
        words=words,
        state=state,
        totals=count_states(audience.id),
        imports=list_audience_imports(audience.id, 5),
    )


@blueprint.get("/audiencias/<slug>/personas.csv")
@requires(Permission.WRITE)
def export(slug: str) -> Response:
    """Send the people who have not left the audience, as a file that can be imported again."""
    audience = get_audience(slug)
    return attachment(iterate_csv(audience), f"{audience.slug}.csv", "text/csv; charset=utf-8")
