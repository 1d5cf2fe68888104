"""A crowded installation: as many people, campaigns and whatever hangs on them as asked for, written by the database.

Begin with what `live_in` makes (tests/test_routes.py): its rows are copied, with other numbers, so that each row is
such as the product writes it. Only for SQLite.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from outreach import clock
from outreach.db import Base, db
from outreach.dispatch.rules import Origin

# Of a hundred people, how many are in each audience.
_SHARES = {1: 5, 2: 10, 3: 15, 4: 60, 5: 40}
_COUNTRIES = ("", "México", "Estados Unidos", "Canadá", "España", "Francia", "Alemania")
_CITIES = ("Chicago", "Los Ángeles", "Madrid", "Toronto", "París", "Puebla", "Oaxaca", "Berlín")
_ZONES = ("", "America/Mexico_City", "America/Los_Angeles", "America/Chicago", "Europe/Madrid", "Atlántida")
_NAMES = ("Ana", "Beatriz", "Carlos", "Diego", "Elena", "Fernanda", "Hugo", "Inés", "Jorge", "María", "Paula")
_STATES = ("draft", "in_review", "approved", "scheduled", "paused", "held", "cancelled", "sending")
# What stands in for a hundred others of its kind: whose page is opened.
DRAFT, NARROWED, EXCLUDING = 20, 40, 60
IN_REVIEW, LOCAL_TIME, APPROVED, SCHEDULED, PAUSED, SENDING, FINISHED = 21, 41, 22, 23, 24, 27, 28
# Of a hundred people, how many some campaigns were released to; all others reached ten.
_REACH = {SENDING: 30, FINISHED: 10, PAUSED: 10}
_CYCLE = 20
_RELEASED = "(campaign.id % 20 IN (4, 6, 7) OR campaign.id % 20 > 7)"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How much there is; `lines` are dispatches of the log that were not sent by the system."""

    contacts: int
    campaigns: int
    lines: int
    entries: int


def fill(crowd: Crowd) -> None:
    """Write everything, and commit table by table; there are at least 61 campaigns."""
    now = clock.now()
    for step in (
        _lay_people,
        _lay_campaigns,
        _lay_audiences,
        _lay_content,
        _lay_deliveries,
        _lay_tallies,
        _lay_log,
        _lay_calendar,
        _lay_rest,
    ):
        step(crowd, now)
        db.session.commit()


def _lay(
    table: str, numbers: tuple[int, int], values: Mapping[str, str], like: str = "", among: str = "", where: str = "1"
) -> None:
    """Insert a row for each number n of a stretch, or for each row of `among` (SQL with the name `each`).

    `values` are SQL expressions; all other columns are those of the rows, called `one`, that fulfil the condition
    `like`.
    """
    names = [column.name for column in Base.metadata.tables[table].columns if like or column.name in values]
    if "id" not in values:
        names = [name for name in names if name != "id"]
    wanted = ", ".join(values.get(name, f"one.{name}") for name in names)
    first, last = numbers
    series = (
        "WITH RECURSIVE numbers(n) AS (SELECT :first WHERE :first <= :last UNION ALL SELECT n + 1 FROM numbers"
        " WHERE n < :last)"
    )
    sources = [among or "numbers", *([f"{table} AS one"] if like else [])]
    condition = f"{where} AND {like}" if like else where
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) {'' if among else series}"  # noqa: S608 - names of our own tables
        f" SELECT {wanted} FROM {', '.join(sources)} WHERE {condition}"
    )
    db.session.execute(text(statement), {} if among else {"first": first, "last": last})
    db.session.flush()


def _pick(words: Sequence[str], number: str = "n") -> str:
    """Return SQL that takes one of some words by a number."""
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE ({number}) % {len(words)} {cases} END"


def _write(now: datetime, shift: str = "0", unit: str = "minutes") -> str:
    """Return SQL for an instant before now, as the database keeps it."""
    return (
        f"strftime('%Y-%m-%d %H\\:%M\\:%f000', '{now:%Y-%m-%d} {now:%H}\\:{now:%M}', printf('%+d {unit}', -({shift})))"
    )


def _lay_people(crowd: Crowd, now: datetime) -> None:
    at = _write(now)
    email = "'persona' || n || '@example.org'"
    _lay(
        "contacts",
        (3, crowd.contacts),
        {
            "id": "n",
            "public_id": "printf('%032x', n)",
            "email": email,
            "email_key": email,
            "email_hash": "printf('%064x', n)",
            "name": f"{_pick(_NAMES, 'n / 7')} || ' Prueba ' || (n % 997)",
            "institution": "CASE n % 3 WHEN 0 THEN 'Casa ' || (n % 499) ELSE '' END",
            "language": "CASE WHEN n % 25 < 20 THEN 'es' WHEN n % 25 < 23 THEN 'en' END",
            "country": _pick(_COUNTRIES, "n / 5"),
            "timezone": _pick(_ZONES, "n / 3"),
            "attributes": f"json_object('ciudad', {_pick(_CITIES)}, 'grupo', '' || (n % 40))",
        },
        like="one.id = 1",
    )
    for field, values in (("", _COUNTRIES[1:]), ("ciudad", _CITIES), ("grupo", [str(each) for each in range(40)])):
        _lay("facets", (0, len(values) - 1), {"field": f"'{field}'", "value": _pick(values)})
    for audience, share in _SHARES.items():
        _lay(
            "subscriptions",
            (3, crowd.contacts),
            {
                "audience_id": str(audience),
                "contact_id": "n",
                "ended_at": f"CASE WHEN n % 53 = {audience} THEN {at} END",
            },
            like="one.id = 1",
            where=f"(n * 31 + {audience} * 17) % 100 < {share}",
        )
    _lay(
        "suppressions",
        (1, crowd.contacts // 500),
        {"email_hash": "printf('%064x', n * 500)", "reason": "'bounce'", "note": "''", "created_at": at},
    )
    consent = {"contact_id": "each.contact_id", "audience_id": "each.audience_id", "action": "'grant'"}
    words = {"recorded_at": "each.started_at", "source": "'import'", "text": "'Sí, quiero.'", "text_sha256": "'x'"}
    _lay("consents", (0, 0), consent | words, among="subscriptions AS each")


def _lay_campaigns(crowd: Crowd, now: datetime) -> None:
    number = (2, crowd.campaigns)
    state = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(_STATES))
    is_planned = f"n % {_CYCLE} IN (1, 2, 3)"
    later = f"CASE WHEN {is_planned} THEN {_write(now, '-1440 * (2 + n % 60)')} END"
    narrowed = json.dumps({"exclude": {"audiences": [3]}, "filter": {"countries": ["México"], "languages": ["es"]}})
    excluding = json.dumps({"exclude": {"campaigns": [FINISHED]}, "filter": {"attributes": {"ciudad": ["Madrid"]}}})
    narrowings = f"WHEN {NARROWED} THEN '{narrowed}' WHEN {EXCLUDING} THEN '{excluding}'"
    _lay(
        "campaigns",
        number,
        {
            "id": "n",
            "name": "'Campaña de prueba ' || n",
            "kind_id": "1 + n % 12",
            "state": f"CASE n % {_CYCLE} {state} ELSE 'finished' END",
            "state_reason": f"CASE n % {_CYCLE} WHEN 7 THEN 'El servidor no contesta.' ELSE '' END",
            "author_id": "CASE n % 3 WHEN 0 THEN 2 ELSE 1 END",
            "planned_at": later,
            "scheduled_at": later,
            "is_local_time": f"n % {_CYCLE * 2} = {LOCAL_TIME}",
            "planned_zone": "'America/Mexico_City'",
            "updated_at": _write(now, "n"),
            "released_at": f"CASE WHEN {_RELEASED.replace('campaign.id', 'n')} THEN {_write(now, 'n * 300')} END",
            "narrowing": f"CASE n {narrowings} ELSE '{{}}' END",
        },
        like="one.id = 1",
    )


def _lay_audiences(crowd: Crowd, _now: datetime) -> None:
    number = (2, crowd.campaigns)
    _lay(
        "campaign_audiences",
        number,
        {"campaign_id": "n", "audience_id": "1 + n % 5", "position": "0"},
        like="one.campaign_id = 1",
    )
    for place, audience in enumerate((4, 5, 1, 2, 3), 1):
        where = f"n % {_CYCLE} < 4 AND 1 + n % 5 <> {audience} AND n NOT IN ({NARROWED}, {EXCLUDING})"
        _lay(
            "campaign_audiences",
            number,
            {"campaign_id": "n", "audience_id": str(audience), "position": str(place)},
            like="one.campaign_id = 1",
            where=where,
        )
    for audience in (4, 5):
        values = {"campaign_id": "n", "audience_id": str(audience), "position": str(audience)}
        _lay("campaign_audiences", number, values, "one.campaign_id = 1", where=f"n IN ({NARROWED}, {EXCLUDING})")


def _lay_content(crowd: Crowd, now: datetime) -> None:
    number = (2, crowd.campaigns)
    for table in ("versions", "blocks"):
        _lay(table, number, {"campaign_id": "n"}, like="one.campaign_id = 1")
    is_void = f"CASE WHEN n % {_CYCLE} < 2 THEN {_write(now)} END"
    _lay("approvals", number, {"id": "n", "campaign_id": "n", "voided_at": is_void}, like="one.campaign_id = 1")
    short = {"approval_id": "n", "html": f"CASE WHEN n < {_CYCLE * 4} THEN one.html ELSE substr(one.html, 1, 500) END"}
    _lay("renderings", number, short, like="one.approval_id = 1")
    _lay("snapshots", number, {"campaign_id": "n", "base_id": "NULL"}, like="one.campaign_id = 1 AND one.number = 1")
    note = {"user_id": "1", "note": "'Falta una fecha.'", "returned_at": _write(now, "n")}
    _lay("returns", number, {"campaign_id": "n", **note})
    values = {"fingerprint": "'mark' || n", "es": "'Frase de prueba ' || n || '.'", "campaign_id": "n"}
    _lay("translations", number, {"id": "n + 1000", **values}, like="one.id = 1")
    _lay("translation_traces", number, {"translation_id": "n + 1000"}, like="one.translation_id = 1")


def _lay_deliveries(crowd: Crowd, now: datetime) -> None:
    sent = {"sent_on": f"date({_write(now, 'n % 1500', 'days')})", "audience_id": "1 + n % 5"}
    _lay(
        "dispatches",
        (2, crowd.campaigns),
        {**sent, **_chain(), "id": "n", "campaign_id": "n", "content_key": "printf('%064x', n)", "intended": "10"},
        like="one.campaign_id = 1",
        where=f"{_RELEASED.replace('campaign.id', 'n')}",
    )
    unsent = f"CASE WHEN {{}} % 10 < 3 AND {{}} % {_CYCLE} IN (4, 7) THEN 'queued'"
    for number, share in [*_REACH.items(), (0, 0)]:
        campaign, contact = (str(number), "n") if number else ("each.id", "each.contact_id")
        outcome = (
            f"{unsent.format(contact, campaign)} WHEN {contact} % 100 = 11 THEN 'failed'"
            f" WHEN {contact} % 100 = 12 THEN 'uncertain' WHEN {contact} % 100 < 20 AND {contact} % 100 > 15"
            f" THEN 'skipped' ELSE 'sent' END"
        )
        values = {"campaign_id": campaign, "dispatch_id": campaign, "contact_id": contact, "outcome": outcome}
        values["finished_at"] = _write(now)
        if number:
            _lay("deliveries", (1, crowd.contacts * share // 100), values, like="one.id = 1")
            continue
        among = (
            "(SELECT campaign.id, contact.id AS contact_id FROM campaigns AS campaign, contacts AS contact"  # noqa: S608 - our own words
            f" WHERE contact.id BETWEEN 11 AND 20 AND {_RELEASED} AND campaign.id > 1"
            f" AND campaign.id NOT IN ({', '.join(map(str, _REACH))})) AS each"
        )
        _lay("deliveries", (0, 0), values, like="one.id = 1", among=among)


def _lay_tallies(_crowd: Crowd, now: datetime) -> None:
    counted = (
        "(SELECT dispatch_id, outcome, count(*) AS number FROM deliveries WHERE dispatch_id > 1"
        " GROUP BY dispatch_id, outcome) AS each"
    )
    for outcome in ("queued", "sent", "failed", "skipped", "uncertain"):
        values = {"dispatch_id": "each.id", "outcome": f"'{outcome}'", "number": "0"}
        _lay("tallies", (0, 0), values, among="(SELECT id FROM dispatches WHERE campaign_id > 1) AS each")
    figures = f"UPDATE tallies SET number = each.number FROM {counted} WHERE tallies.dispatch_id = each.dispatch_id"  # noqa: S608 - our own words
    db.session.execute(text(f"{figures} AND tallies.outcome = each.outcome"))
    intended = "(SELECT sum(number) FROM tallies WHERE dispatch_id = dispatches.id)"
    db.session.execute(text(f"UPDATE dispatches SET intended = {intended} WHERE campaign_id > 1"))  # noqa: S608 - our own words
    tried = {"delivery_id": "each.id", "at": _write(now), "outcome": "'waiting'", "stage": "'rcpt'", "reply": "'451'"}
    _lay("attempts", (0, 0), tried, among="(SELECT id FROM deliveries WHERE id % 10 = 0) AS each")


def _chain() -> dict[str, str]:
    return {"sequence": "NULL", "sha256": "printf('%064x', n)", "previous_sha256": "printf('%064x', n - 1)"}


def _lay_log(crowd: Crowd, now: datetime) -> None:
    _lay(
        "dispatches",
        (1, crowd.lines),
        {
            **_chain(),
            "campaign_id": "NULL",
            "audience_id": "1 + n % 5",
            "kind_id": "1 + n % 12",
            "origin": f"'{Origin.BY_HAND}'",
            "sent_on": f"date({_write(now, 'n % 1500', 'days')})",
            "information_es": "'Invitación número ' || n || ' a seguir la sesión.'",
            "content_key": "printf('%064x', n + 100000)",
            "import_id": "CASE WHEN n % 4 = 0 THEN 1 END",
        },
        like="one.campaign_id = 1",
    )
    several = (1, 20 + crowd.lines // 100)
    day = f"date({_write(now, '100 * (n + 20)', 'days')})"
    _lay("goals", several, {}, like="one.id = 1")
    _lay("log_imports", several, {}, like="one.id = 1")
    _lay(
        "closings",
        (2, 1 + several[1] // 2),
        {"id": "n", "first_on": day, "last_on": day},
        like="one.id = 1",
    )
    lines = "(SELECT id FROM dispatches WHERE campaign_id IS NULL) AS each"
    _lay(
        "closing_lines",
        (0, 0),
        {"closing_id": f"2 + each.id % {several[1] // 2}", "dispatch_id": "each.id"},
        among=lines,
    )


def _lay_calendar(crowd: Crowd, now: datetime) -> None:
    several = (1, 20 + crowd.campaigns // 100)
    for series, shift in ((1, "14 * n - 60"), (2, "15 * n")):
        day = f"date({_write(now, shift, 'days')})"
        skipped = {"campaign_id": "NULL", "skip_reason": "''", "number": "n"}
        _lay("editions", several, {"series_id": str(series), "due_on": day, "sends_on": day, **skipped}, "one.id = 1")
    _lay("restricted_periods", several, {"is_active": "1", "level": "'asks'"}, like="one.id = 1")
    off = {"starts_on": day, "ends_on": day, "name": "'Día inhábil'", "is_working": "0"}
    _lay("days_off", several, off)


def _lay_rest(crowd: Crowd, now: datetime) -> None:
    several = (1, 20 + crowd.campaigns // 50)
    _lay(
        "audit_entries",
        (1, crowd.entries),
        {
            "at": _write(now, f"{crowd.entries} - n"),
            "user_id": "1 + n % 3",
            "action": _pick(("edit", "approve", "create", "import")),
            "subject": _pick(("campaign", "contact", "dispatch"), "n / 4"),
            "subject_id": f"1 + n % {crowd.campaigns}",
            "detail": "'{}'",
            "origin": "'127.0.0.1'",
        },
    )
    _lay("users", several, {"email": "'colega' || n || '@example.org'", "name": "'Colega ' || n"}, like="one.id = 2")
    opened = {
        "user_id": "1",
        "token_hash": "printf('%064x', n)",
        "created_at": _write(now),
        "last_seen_at": _write(now),
    }
    gone = {"expires_at": _write(now, "n - 10", "days"), "address": "'127.0.0.1'", "user_agent": "'pruebas'"}
    _lay("user_sessions", several, opened | gone)
    filters = {"name": "'Filtro ' || n", "narrowing": "'{}'", "saved_at": _write(now)}
    _lay("saved_filters", several, filters)
    kept = {"key": "printf('%022x', n)", "sha256": "printf('%064x', n)", "extension": "'png'", "is_picture": "1"}
    told = {"name": "'imagen ' || n", "size": "1000", "width": "600", "height": "300", "alt_es": "'Una imagen'"}
    used = {"uploaded_by_id": "1", "uploaded_at": _write(now), "last_used_at": _write(now, "n"), "alt_en": "''"}
    _lay("stored_files", (1, crowd.campaigns), kept | told | used | {"is_transparent": "0"})
    _lay("contact_imports", several, {"audience_id": "1 + n % 5"}, like="one.id = 1")
    rows = crowd.contacts // 10
    change = {"import_id": "1", "contact_id": "n", "row": "n", "is_new": "1", "joined": "1", "stamped_at": _write(now)}
    _lay("import_changes", (1, rows), change)
    problem = {"import_id": "1", "row": "n", "kind": "'refused'", "reason": "'No es una dirección.'", "cells": "'[]'"}
    _lay("import_problems", (1, rows // 10), problem)
