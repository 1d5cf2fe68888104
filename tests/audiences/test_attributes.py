import pytest
from flask import Flask

import making
from outreach.audiences.choice import Choice
from outreach.audiences.counting import count_lacking
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience, list_attribute_names
from outreach.audiences.seeding import seed_audiences
from outreach.db import db

pytestmark = pytest.mark.both_databases


def _give(email: str, attributes: dict[str, str]) -> None:
    db.session.query(Contact).filter_by(email=email).one().attributes = attributes
    db.session.commit()


def test_attributes_are_named_and_counted_in_the_database(app: Flask) -> None:
    assert app
    seed_audiences()
    making.add_people("diaspora", making.make_people(3))
    making.add_people("osc", [("otra@example.org", "es")])
    _give("persona00000@example.org", {"colonia": "Roma", "número de credencial": "7"})
    _give("persona00001@example.org", {"colonia": ""})
    _give("otra@example.org", {"sede": "Sur"})
    diaspora = [get_audience("diaspora").id]
    assert list_attribute_names(diaspora) == ["colonia", "número de credencial"]
    assert list_attribute_names(None) == ["colonia", "número de credencial", "sede"]
    lacking = count_lacking(Choice(tuple(diaspora)), ["colonia", "número de credencial"])
    assert lacking == {"colonia": 2, "número de credencial": 2}
