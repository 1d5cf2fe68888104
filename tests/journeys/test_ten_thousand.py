"""Ten thousand people in two audiences, once to the end and once with the sender killed in the middle."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

import making
from journeys.conftest import CommandLine
from smtp_quick import QuickServer

PEOPLE = 10_000
SHARED = 1_000
_READS = ("es", "en", "")
_SUBJECTS = {"es": "Hola, Persona Ñ{}", "en": "Hello, Persona Ñ{}", "": "Hola, Persona Ñ{0} / Hello, Persona Ñ{0}"}

pytestmark = pytest.mark.slow


@pytest.fixture
def crowd_server(outreach: CommandLine) -> Iterator[QuickServer]:
    with QuickServer() as server:
        outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}?connections=2"
        yield server


def _write_people(first: int, last: int) -> bytes:
    """Write a file as a spreadsheet of an office in Mexico saves it: cp1252, semicolons, Windows line ends."""
    rows = ["Correo;Nombre;Institución;Idioma"]
    rows += [
        f"p{number}@example.org;Persona Ñ{number};Año Nuevo A. C.;{_READS[number % 3]}" for number in range(first, last)
    ]
    return "\r\n".join([*rows, ""]).encode("cp1252")


def _schedule(outreach: CommandLine) -> str:
    middle = (PEOPLE + SHARED) // 2
    diaspora = outreach.write("diáspora.csv", _write_people(0, middle))
    citizens = outreach.write("ciudadanía.csv", _write_people(middle - SHARED, PEOPLE))
    first = outreach.read("contacts", "import", diaspora, "--audience", "diaspora")
    second = outreach.read("contacts", "import", citizens, "--audience", "ciudadania")
    assert (first["rows"], first["new"], first["subscribed"], first["refused"]) == (middle, middle, middle, [])
    assert (second["new"], second["updated"], second["refused"]) == (PEOPLE - middle, SHARED, [])
    text = making.BILINGUAL.format(audiences='"diaspora", "ciudadania"')
    number = str(outreach.read("campaigns", "import", outreach.write("campaña.toml", text))["id"])
    outreach.run("campaigns", "check", number)
    outreach.run("campaigns", "approve", number, "--by", "revision@example.org")
    outreach.run("campaigns", "schedule", number, "--now")
    return number


def _read_status(outreach: CommandLine, number: str) -> dict[str, Any]:
    status: dict[str, Any] = outreach.read("campaigns", "status", number)
    ledger = status["ledger"]
    parts = ("pending", "sent", "failed", "skipped", "uncertain")
    assert ledger["intended"] == sum(ledger[part] for part in parts) == PEOPLE
    return status


def test_each_of_ten_thousand_gets_one_message_in_the_right_language(
    outreach: CommandLine, crowd_server: QuickServer
) -> None:
    number = _schedule(outreach)
    outreach.run("tick")
    status = _read_status(outreach, number)
    assert status["state"] == "finished"
    assert status["ledger"]["sent"] == PEOPLE
    assert crowd_server.count() == Counter(f"p{person}@example.org" for person in range(PEOPLE))
    for person in (0, 1, 2, 5_000, 5_001, 5_002, PEOPLE - 1):
        header = message_from_bytes(crowd_server.subjects[f"p{person}@example.org"], policy=policy.default)
        subject = header["Subject"]
        assert subject == _SUBJECTS[_READS[person % 3]].format(person)
    log = outreach.read("log", "list")
    assert [(line["audience"], line["accepted"]) for line in log] == [("diaspora", 5_500), ("ciudadania", 4_500)]


def test_a_killed_sender_sends_nobody_two_and_loses_nobody(outreach: CommandLine, crowd_server: QuickServer) -> None:
    number = _schedule(outreach)
    for threshold in (1_500, 4_000):
        sender = outreach.start("tick")
        while crowd_server.total < threshold and sender.poll() is None:
            time.sleep(0.002)
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
        assert sender.returncode == -signal.SIGKILL
    outreach.run("tick")
    ledger = _read_status(outreach, number)["ledger"]
    counts = crowd_server.count()
    assert max(counts.values()) == 1
    assert ledger["pending"] == ledger["failed"] == ledger["skipped"] == 0
    # What was in flight at each kill: at most one message a connection.
    assert ledger["uncertain"] <= 2 * 2
    assert ledger["sent"] <= len(counts) <= ledger["sent"] + ledger["uncertain"]
    doubtful = outreach.read("deliveries", "list", "--campaign", number, "--outcome", "uncertain")
    assert len(doubtful) == ledger["uncertain"]
    missing = {f"p{person}@example.org" for person in range(PEOPLE)} - set(counts)
    assert missing <= {delivery["email"] for delivery in doubtful}
    for delivery in doubtful:
        outreach.run(
            *("deliveries", "resolve", str(delivery["id"]), "--as", "failed"),
            *("--by", "administracion@example.org", "--reason", "Prueba"),
        )
    assert _read_status(outreach, number)["ledger"]["uncertain"] == 0
