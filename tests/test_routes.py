"""Every route of the application, taken from its URL map: who may open it, and that reading changes nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from making import add_people, get_user, schedule_campaign
from outreach import clock
from outreach.accounts.access import find_access
from outreach.accounts.models import User
from outreach.accounts.rules import Permission, Role, is_allowed
from outreach.audiences.models import Contact, ContactImport
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.tokens import make_token
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.campaigns.planning.service import save_period
from outreach.campaigns.seeding import seed_campaign_words
from outreach.campaigns.series.models import Edition
from outreach.campaigns.series.seeding import seed_series
from outreach.config import current_config
from outreach.db import Base, db
from outreach.dispatch.recording import mark_accepted
from outreach.dispatch.release import release
from outreach.reports.closing.service import close_period
from outreach.reports.goals.service import GoalWords, add_goal
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import import_table
from outreach.reports.importing.sources import read_pasted
from outreach.reports.periods import parse_period
from outreach.reports.service import seed_layouts
from outreach.web.security import csrf
from signing import Client, make_user

# Whoever opens one more page to everybody, or takes the form token from one more view, says so here as well.
PUBLIC = {
    "web.static",
    "accounts.sign_in",
    "accounts.open_session",
    "accounts.set_language",
    "accounts.second_step",
    "accounts.give_code",
    "accounts.choose_password",
    "accounts.keep_password",
    "public.confirm_unsubscribe",
    "public.leave",
    "files.show",
    "files.calendar",
}
# The signature in the address replaces it (RFC 8058).
WITHOUT_TOKEN = {"public.leave"}
# What everybody may do to their own account.
OWN_ACCOUNT = {
    "accounts.sign_out",
    "accounts.rename",
    "accounts.set_password",
    "accounts.set_up_second_factor",
    "accounts.renew_codes",
    "accounts.remove_second_factor",
    "accounts.revoke_session",
    "accounts.revoke_other_sessions",
    "home.dismiss_steps",
    "home.show_steps",
}
CHANGED_BY_VISITS = {"user_sessions", "sign_in_attempts", "audit_entries"}
SAMPLES = {
    "filename": "outreach.css",
    "slug": "diaspora",
    "due_on": "2026-03-02",
    "rendition": "both",
    "key": "nothing-uploaded",
    "formato": "csv",
    "preset": "basico",
    "figure": "recibiran",
    "frozen": "informe-2025-T2.json",
}
# What the sample installation does not hold: a file waiting to be confirmed, a campaign that may still be edited, a
# line with a file that shows it, a link to choose a password with, and somebody whose second step is still to come;
# nor a picture, a block that takes one, or an event of a mail.
ABSENT = {
    "campaigns.edit",
    "logbook.preview_table",
    "logbook.evidence",
    "accounts.choose_password",
    "accounts.second_step",
    "files.show",
    "files.calendar",
    "campaigns.attach",
}


@pytest.fixture
def lived_in(app: Flask) -> Flask:
    """An installation with people, and a campaign on its way to them: whatever has a number has number 1."""
    live_in(app)
    return app


def live_in(app: Flask) -> None:
    """Fill an empty installation with something behind every page."""
    for role in (Role.ADMINISTRATOR, Role.WRITER, Role.REVIEWER):
        make_user(role)
    seed_audiences()
    seed_campaign_words()
    seed_layouts()
    add_people("diaspora", [("ana@example.org", "es"), ("luis@example.org", "en")])
    campaign = schedule_campaign()
    assert release(db.session.connection(), campaign, clock.now())
    mark_accepted(db.session.connection(), [(1, clock.now())], current_config().timezone)
    db.session.add(
        ContactImport(
            audience_id=1,
            filename="lista.csv",
            sha256="0" * 64,
            imported_at=clock.now(),
            figures={"rows": 1, "new": 1, "updated": 0, "subscribed": 1, "refused": 0, "kept_out": 0},
        )
    )
    import_table(read_pasted("Fecha\tInformación\n2025-04-09\tAviso.\n"), ImportOptions(), None)
    add_goal(GoalWords("Un correo", 1), parse_period("2025"), get_user(f"{Role.ADMINISTRATOR}@example.org"))
    close_period(parse_period("2025-T2"), get_user(f"{Role.ADMINISTRATOR}@example.org"))
    seed_series(current_config().timezone)
    day = date.fromisoformat(SAMPLES["due_on"])
    db.session.add(Edition(series_id=1, due_on=day, sends_on=day, number=1, campaign_id=campaign.id))
    add_period(get_user(f"{Role.ADMINISTRATOR}@example.org"))
    contact = db.session.get_one(Contact, 1)
    token = make_token(current_config().secret_key, contact.public_id, get_audience("diaspora").id)
    app.config["SAMPLE_TOKEN"] = token
    db.session.commit()


def add_period(user: User) -> None:
    """Write down a restricted period that is in nobody's way."""
    now = clock.now()
    period = RestrictedPeriod(name="Veda", starts_at=now, ends_at=now + timedelta(days=1), level=PeriodLevel.STOPS)
    period.kind_ids, period.audience_ids, period.legal_basis, period.is_active = [], [], "", False
    save_period(period, user)


def list_rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def sample_path(app: Flask, rule: Rule) -> str:
    samples = {**SAMPLES, "token": app.config.get("SAMPLE_TOKEN", "forged")}
    values = {name: samples.get(name, "1") for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def list_paths(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    for rule in list_rules(app, method):
        yield rule.endpoint, sample_path(app, rule)


def dump_tables() -> dict[str, list[tuple[object, ...]]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in CHANGED_BY_VISITS]
    return {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    assert [rule.endpoint for rule in app.url_map.iter_rules() if find_access(rule.endpoint) is None] == []


def test_only_the_listed_routes_are_public_and_each_gives_a_reason(app: Flask) -> None:
    accesses = {rule.endpoint: find_access(rule.endpoint) for rule in app.url_map.iter_rules()}
    public = {endpoint: access for endpoint, access in accesses.items() if access and access.permission is None}
    assert set(public) == PUBLIC
    assert all(access.reason for access in public.values())


def test_a_view_that_does_not_say_who_may_open_it_is_refused(app: Flask, signed_in: Client) -> None:
    app._got_first_request = False  # noqa: SLF001 - Flask takes no route after the first request
    app.add_url_rule("/olvidada", "forgotten", lambda: "open")
    app.testing = False
    assert signed_in.get("/olvidada").status_code == 500


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_enters_without_signing_in(app: Flask, client: Client, method: str) -> None:
    for endpoint, path in list_paths(app, method):
        if endpoint in PUBLIC:
            continue
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/entrar"), endpoint
        part = client.open(path, method=method, headers={"HX-Request": "true"})
        assert (part.status_code, part.headers["HX-Redirect"].partition("?")[0]) == (401, "/entrar"), endpoint


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_permissions_say(app: Flask, signed_in: Client, role: Role) -> None:
    browser = signed_in.as_role(role)
    for method in ("GET", "POST"):
        for endpoint, path in list_paths(app, method):
            access = find_access(endpoint)
            if access is None or access.permission is None or is_allowed(role, access.permission):
                continue
            answer = browser.get(path) if method == "GET" else browser.submit(path)
            assert answer.status_code == 403, (method, endpoint)


def test_whoever_only_reads_changes_nothing_but_their_own_account(app: Flask) -> None:
    for rule in list_rules(app, "POST"):
        access = find_access(rule.endpoint)
        if access and access.permission is Permission.READ:
            assert rule.endpoint in OWN_ACCOUNT


def test_a_change_without_the_token_of_its_form_is_refused(app: Flask, signed_in: Client) -> None:
    for endpoint, path in list_paths(app, "POST"):
        if endpoint not in WITHOUT_TOKEN:
            assert signed_in.post(path).status_code == 400, endpoint


def test_only_the_listed_views_answer_without_a_token(app: Flask) -> None:
    views = {f"{view.__module__}.{view.__name__}": endpoint for endpoint, view in app.view_functions.items()}
    assert {views[name] for name in csrf._exempt_views} == WITHOUT_TOKEN  # noqa: SLF001 - its only record
    assert csrf._exempt_blueprints == set()  # noqa: SLF001 - its only record


def test_routes_take_nothing_but_get_and_post(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert set(rule.methods or ()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.endpoint


def test_reading_changes_nothing(lived_in: Flask, signed_in: Client) -> None:
    before = dump_tables()
    assert before["deliveries"]
    answers = {}
    for endpoint, path in list_paths(lived_in, "GET"):
        answers[endpoint] = signed_in.get(path).status_code
        assert dump_tables() == before, endpoint
    opened = {endpoint for endpoint, status in answers.items() if status == 200}
    # Whoever is signed in is led on from the sign-in page.
    assert set(answers) - opened == ABSENT | {"accounts.sign_in"}


def test_every_page_is_kept_by_nobody_and_loads_nothing_from_elsewhere(lived_in: Flask, signed_in: Client) -> None:
    for endpoint, path in list_paths(lived_in, "GET"):
        answer = signed_in.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), endpoint
        assert "unsafe-inline" not in policy or "sandbox" in policy, endpoint
        assert answer.headers["X-Content-Type-Options"] == "nosniff", endpoint
        if endpoint not in PUBLIC:
            assert answer.headers["Cache-Control"] == "no-store", endpoint
            assert "Cookie" in answer.headers["Vary"], endpoint
