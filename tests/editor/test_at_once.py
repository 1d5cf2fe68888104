"""Many pages saving into one campaign at the same moment."""

import threading

from editor.conftest import ANA, BETO, Served
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.writing.history import find_last, unpack
from outreach.campaigns.writing.models import Snapshot
from outreach.db import db
from signing import Client

ROUNDS = 6


def test_what_pages_save_at_the_same_moment_is_all_kept(served: Served) -> None:
    served.app.test_client_class = Client
    problems: list[object] = []

    def write(email: str, name: str) -> None:
        with served.app.app_context():
            write_here(email, name)

    def write_here(email: str, name: str) -> None:
        browser = served.app.test_client()
        assert isinstance(browser, Client)
        with browser.session_transaction() as session:
            session["token"] = served.open_session(email)
        start.wait()
        for number in range(ROUNDS):
            fields = {name: f"{name} {number}", "seen": f"{name}={marks[name]}"}
            answer = browser.submit("/campanas/1/editar/textos", fields)
            if answer.status_code != 200 or name not in answer.get_json()["saved"]:
                problems.append((answer.status_code, answer.text))
                return
            marks[name] = answer.get_json()["saved"][name]

    names = {"words-es-subject": ANA, "words-en-subject": BETO, "words-es-preheader": ANA, "words-en-information": BETO}
    marks = served.read_marks()
    start = threading.Barrier(len(names))
    threads = [threading.Thread(target=write, args=(email, name)) for name, email in names.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with served.app.app_context():
        campaign = get_campaign(1)
        spanish, english = campaign.versions
        assert (spanish.subject, english.subject) == ("words-es-subject 5", "words-en-subject 5")
        assert (spanish.preheader, english.information) == ("words-es-preheader 5", "words-en-information 5")
        assert campaign.edit_count >= ROUNDS * len(names)
        last = find_last(campaign)
        assert last is not None
        assert unpack(last)["words"]["es"]["preheader"] == "words-es-preheader 5"
        numbers = sorted(snapshot.number for snapshot in db.session.query(Snapshot))
        assert numbers == list(range(1, len(numbers) + 1))
