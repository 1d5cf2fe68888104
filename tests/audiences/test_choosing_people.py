"""Who is chosen, against what the rules say in plain words, person by person."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import current_thread

import pytest
from flask import Flask
from sqlalchemy import event

import making
from outreach.audiences import remembering
from outreach.audiences.choice import Choice, read_choice
from outreach.audiences.counting import count_recipients
from outreach.audiences.errors import ChoiceError
from outreach.audiences.models import Contact, Subscription
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.selection import select_everybody, select_recipients
from outreach.audiences.service import suppress
from outreach.db import db

pytestmark = pytest.mark.both_databases

RED, ACADEMIA, OSC = "red-observacion", "autoridades-academicas", "osc"


@pytest.fixture
def database_url(database_url: str, tmp_path: Path) -> str:
    """Give a database that takes several connections: where it would be in memory, a file."""
    return f"sqlite:///{tmp_path / 'people.db'}" if database_url == "sqlite://" else database_url


def get_ids(*slugs: str) -> tuple[int, ...]:
    return tuple(get_audience(slug).id for slug in slugs)


@pytest.fixture
def crowd(app: Flask, now: datetime) -> list[Contact]:
    """Sixty people in up to three audiences, some of whom left, some excluded, of several languages and places."""
    assert app
    seed_audiences()
    luck = random.Random(7)  # noqa: S311 - the same crowd every time
    people = making.make_people(60, languages=("es", "en", None))
    for slug in (RED, ACADEMIA, OSC):
        making.add_people(slug, luck.sample(people, 30))
    contacts = db.session.query(Contact).order_by(Contact.id).all()
    for contact in contacts:
        contact.country = luck.choice(["", "México", "España"])
        contact.attributes = luck.choice(
            [
                {},
                {"ciudad": "Chicago"},
                {"ciudad": "Ciudad de México"},
                {"ciudad": "Madrid", "código": "7"},
                {"ciudad": "é"},
            ]
        )
    for place in db.session.query(Subscription).all():
        if luck.random() < 0.2:
            place.ended_at = now
    for contact in luck.sample(contacts, 6):
        suppress(contact.email_key, SuppressionReason.MANUAL)
    db.session.commit()
    return contacts


def judge(choice: Choice) -> dict[int, tuple[int, str]]:
    """Say of everybody in the audiences who owns them and why they do not receive, as the rules are written."""
    places: dict[int, dict[int, bool]] = {}
    for place in db.session.query(Subscription).all():
        places.setdefault(place.contact_id, {})[place.audience_id] = place.ended_at is None
    hashes = {row[0] for row in db.session.execute(db.text("SELECT email_hash FROM suppressions"))}
    verdicts = {}
    for contact in db.session.query(Contact).all():
        mine = places.get(contact.id, {})
        chosen = [number for number in choice.audience_ids if number in mine]
        if not chosen:
            continue
        lasting = [number for number in chosen if mine[number]]
        if any(mine.get(number) for number in choice.excluded_audience_ids):
            reason = "excluded"
        elif not matches(choice, contact):
            reason = "filtered"
        elif not lasting:
            reason = "unsubscribed"
        else:
            reason = "suppressed" if contact.email_hash in hashes else ""
        verdicts[contact.id] = ((lasting or chosen)[0], reason)
    return verdicts


def matches(choice: Choice, contact: Contact) -> bool:
    return (
        (not choice.languages or (contact.language or "") in choice.languages)
        and (not choice.countries or contact.country in choice.countries)
        and all(contact.attributes.get(name, "") in values for name, values in choice.attributes)
    )


def choose_at_random() -> Iterator[Choice]:
    numbers = get_ids(RED, ACADEMIA, OSC)
    luck = random.Random(11)  # noqa: S311 - the same choices every time
    cities = ("Chicago", "Ciudad de México", "Ñ"), ("Madrid", ""), ("M_d",), ("é",)
    for _ in range(60):
        yield Choice(
            audience_ids=tuple(luck.sample(numbers, luck.randint(0, 3))),
            excluded_audience_ids=tuple(luck.sample(numbers, luck.choice([0, 0, 1]))),
            languages=tuple(luck.sample(["es", "en", ""], luck.choice([0, 0, 1, 2]))),
            countries=tuple(luck.sample(["México", "España"], luck.choice([0, 0, 1]))),
            attributes=luck.choice([(), (), (("ciudad", luck.choice(cities)),), (("código", ("7",)),)]),
        )


def test_a_random_choice_gives_what_the_rules_say_and_the_sum_adds_up(crowd: list[Contact]) -> None:
    for choice in choose_at_random():
        expected = judge(choice)
        rows = db.session.execute(select_everybody(choice)).all()
        assert {row.contact_id: (row.audience_id, row.reason) for row in rows} == expected
        reached = {row.contact_id for row in db.session.execute(select_recipients(choice))}
        assert reached == {n for n, (_, reason) in expected.items() if reason not in {"excluded", "filtered"}}
        count, totals = count_recipients(choice), Counter(reason for _, reason in expected.values())
        assert count.will_receive == totals[""] == sum(count.by_language.values())
        assert (count.excluded, count.filtered) == (totals["excluded"], totals["filtered"])
        assert (count.unsubscribed, count.suppressed) == (totals["unsubscribed"], totals["suppressed"])
        assert sum(count.by_audience.values()) == count.places == len(expected) + count.repeated
        languages = Counter(contact.language for contact in crowd if expected.get(contact.id, ("", "x"))[1] == "")
        assert count.by_language == dict(languages)


def test_many_people_are_counted_on_several_connections_and_the_sum_is_the_same(
    crowd: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crowd
    in_turn = {choice: count_recipients(choice) for choice in choose_at_random()}
    threads: set[str] = set()
    event.listen(db.engine, "before_cursor_execute", lambda *_: threads.add(current_thread().name))
    monkeypatch.setattr(remembering, "_MANY", 0)
    assert {choice: count_recipients(choice) for choice in choose_at_random()} == in_turn
    assert [name for name in threads if name.startswith("question")]


def test_a_count_that_must_be_exact_sees_what_is_not_committed(
    crowd: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "_MANY", 0)
    choice = Choice(get_ids(RED))
    before = count_recipients(choice, is_anew=True).will_receive
    reached = [row.contact_id for row in db.session.execute(select_everybody(choice)) if row.reason == ""]
    suppress(next(each.email_key for each in crowd if each.id == reached[0]), SuppressionReason.MANUAL)
    db.session.flush()
    assert count_recipients(choice, is_anew=True).will_receive == before - 1


def test_a_choice_comes_back_from_its_json_and_from_an_address() -> None:
    choice = Choice((3, 1), (2,), (9,), ("es", ""), ("México",), (("ciudad", ("São Paulo", "ñ")),), (4,))
    assert Choice((3, 1)).narrow(choice.list_narrowing()) == choice
    assert read_choice(choice.write()) == choice
    assert Choice((1,)).list_narrowing() == {}
    assert read_choice(Choice().write()) == Choice()


@pytest.mark.parametrize(
    "text", ["", "x", "bm8", "W10", "eyJhdWRpZW5jZXMiOiAieCJ9", "eyJhdWRpZW5jZXMiOiBbMCwgLTFdfQ", "é"]
)
def test_a_forged_choice_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ChoiceError, match=r"\.$"):
        read_choice(text)
