"""Finding somebody among everybody."""

from flask import render_template, request

from outreach.accounts.access import requires
from outreach.audiences.blueprint import blueprint
from outreach.audiences.search import PAGE_SIZE, find_people


@blueprint.get("/personas")
@requires()
def people() -> str:
    """Find people by the beginnings of the words of their address, name or institution."""
    words = request.args.get("q", "")[:100].strip()
    after = max(request.args.get("desde", 0, type=int), 0)
    found = find_people(words, after) if words else []
    return render_template(
        "audiences/people.html",
        words=words,
        people=found,
        next_after=found[-1].id if len(found) == PAGE_SIZE else None,
        is_first=not after,
    )
