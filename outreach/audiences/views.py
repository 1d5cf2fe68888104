"""The list of audiences, a new one, and the people of each."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_sqlalchemy.pagination import Pagination
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences import intake, naming, person, service
from outreach.audiences.blueprint import blueprint
from outreach.audiences.errors import AudienceError
from outreach.audiences.exporting import iterate_csv
from outreach.audiences.forms import AudienceForm
from outreach.audiences.queries import (
    MEMBER_STATES,
    count_members,
    get_audience,
    list_audiences,
    list_imports,
    list_members,
)
from outreach.audiences.wording import EXCLUSIONS, MEMBER_LABELS, SOURCES, pick_name
from outreach.db import db
from outreach.web.downloads import attachment

__all__ = ["blueprint", "intake", "naming", "person"]

_PEOPLE_ON_A_PAGE = 50


class _MemberPages(Pagination):
    """The pages of an audience's people, for the pager of the templates."""

    def _query_items(self) -> list[Any]:
        return list(list_members(page=self.page, size=self.per_page, **self._query_args))

    def _query_count(self) -> int:
        return count_members(**self._query_args)


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
    chosen: dict[str, Any] = {"audience_id": audience.id, "words": words, "state": state}
    page = request.args.get("page", 1, type=int)
    pages = _MemberPages(page=max(1, page), per_page=_PEOPLE_ON_A_PAGE, error_out=False, **chosen)
    totals = {name: count_members(audience.id, "", name) for name in ("", *MEMBER_STATES)}
    return render_template(
        "audiences/show.html",
        audience=audience,
        pages=pages,
        words=words,
        state=state,
        totals=totals,
        imports=list_imports(audience.id, 5),
    )


@blueprint.get("/audiencias/<slug>/personas.csv")
@requires(Permission.WRITE)
def export(slug: str) -> Response:
    """Send the people who have not left the audience, as a file that can be imported again."""
    audience = get_audience(slug)
    return attachment(iterate_csv(audience), f"{audience.slug}.csv", "text/csv; charset=utf-8")
