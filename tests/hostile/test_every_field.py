"""Harm written into every field of every form: it is refused with a sentence or stands as text, and nothing breaks."""

from collections import Counter
from collections.abc import Iterator
from html import escape

import pytest
from flask import Flask
from sqlalchemy import select

from campaigns.campaign_samples import BULLETIN
from hostile.pages import Form, judge, list_links, read_forms, send
from hostile.payloads import CONTROLS, LONG, MANY, SHORT
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.db import db
from signing import sign_in_as
from test_routes import list_rules, live_in, sample_path

pytestmark = pytest.mark.slow

# The last one stays, where it is taken.
_EVERYWHERE = (MANY, LONG)
_IN_WORDS = (CONTROLS, SHORT)
_DRAFT = "/campanas/2"
_MOST_OF_A_KIND = 2


@pytest.fixture
def lived_in(app: Flask) -> Flask:
    """Give an installation with something behind every page, and a draft."""
    live_in(app)
    writer = db.session.scalars(select(User).where(User.role == Role.WRITER)).one()
    import_campaign(read_campaign(BULLETIN.encode()), writer)
    db.session.commit()
    return app


def list_pages(app: Flask) -> list[str]:
    paths = {sample_path(app, rule) for rule in list_rules(app, "GET")}
    return sorted(paths | {path.replace("/campanas/1", _DRAFT) for path in paths})


def read_page(app: Flask, path: str) -> str:
    """Return a page as the administrator sees it, or nothing where there is none; it holds only what is ours."""
    answer = sign_in_as(app, Role.ADMINISTRATOR).get(path)
    assert answer.status_code < 500, path
    if answer.mimetype != "text/html":
        assert answer.mimetype != "text/csv" or list_formulas(answer.text) == [], path
        return ""
    assert judge(answer.text) == [], path
    return answer.text


def list_formulas(table: str) -> list[str]:
    """Return the lines of a table that a spreadsheet would calculate."""
    return [line for line in table.splitlines() if any(mark in f";,{line}" for mark in (",=", ',"=', ";="))]


def list_forms(app: Flask) -> Iterator[Form]:
    """Give each form in which one can type once, from whatever page has it first."""
    known = set()
    for path in list_pages(app):
        for form in read_forms(read_page(app, path), path):
            if (form.words or form.typed) and form.key not in known:
                known.add(form.key)
                yield form


def renew(app: Flask, form: Form) -> Form:
    """Read the form again, so that it says what has been saved meanwhile."""
    if not {"edit_count", "seen"} & {name for name, _value in form.kept}:
        return form
    page = form.page
    return next((each for each in read_forms(read_page(app, page), page) if each.key == form.key), form)


def fill(app: Flask, form: Form) -> list[int]:
    """Send every text through a form; return the statuses of the answers."""
    browser = sign_in_as(app, Role.ADMINISTRATOR)
    statuses = [send(browser, form, form.fill(text, is_everywhere=True)) for text in _EVERYWHERE]
    for text in _IN_WORDS:
        fresh = renew(app, form)
        statuses.append(send(browser, fresh, fresh.fill(text, is_everywhere=False)))
    return statuses


def walk(app: Flask) -> list[str]:
    """Read every page that there is, and a few of each kind that the pages lead to; return them."""
    addresses, kinds, seen = app.url_map.bind("localhost"), Counter[str](), set[str]()
    waiting, pages = list_pages(app), []
    while waiting:
        path = waiting.pop()
        if path in seen or not addresses.test(path, "GET"):
            continue
        seen.add(path)
        endpoint, _arguments = addresses.match(path, "GET")
        kinds[endpoint] += 1
        if endpoint != "web.static" and kinds[endpoint] <= _MOST_OF_A_KIND:
            pages.append(read_page(app, path))
            waiting += list_links(pages[-1], path) if "<html" in pages[-1] else []
    return pages


def test_harm_in_any_field_is_refused_or_stands_as_text(lived_in: Flask) -> None:
    forms = stored = 0
    for form in list_forms(lived_in):
        statuses = fill(lived_in, form)
        assert max(statuses) < 500, (form.path, statuses)
        forms += 1
        stored += form.is_sent and 303 in statuses
    assert forms > 45
    assert stored > 15
    shown = [page for page in walk(lived_in) if escape(SHORT, quote=False) in page.replace("&#34;", '"')]
    assert len(shown) > 30


def test_an_address_with_a_control_leads_nowhere(lived_in: Flask) -> None:
    browser = sign_in_as(lived_in, Role.ADMINISTRATOR)
    assert browser.get("/audiencias/dias%00pora").status_code == 404
    assert browser.get("/audiencias/diaspora?q=a%00na").status_code == 200
