from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from log_samples import Log, open_log
from outreach import clock
from outreach.db import db
from outreach.dispatch.chain import Verification, has_hash, seal_new_lines, verify_chain
from outreach.dispatch.correcting import Change, correct_line, undo_import, void_line
from outreach.dispatch.entering import NewLine, count_known, enter_line, enter_lines
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.log import LogFilter, stream_lines
from outreach.dispatch.models import Dispatch, LogImport
from outreach.dispatch.rules import Channel
from outreach.errors import NotFoundError

pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.both_databases]


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    return open_log()


def _line(information: str = "Aviso por el grupo.", day: date = date(2026, 3, 2), **given: object) -> NewLine:
    return NewLine(**{"sent_on": day, "information_es": information, "channel": Channel.WHATSAPP, **given})  # type: ignore[arg-type] # a test's own values


def _texts() -> list[str]:
    return [line.information_es for line in stream_lines(LogFilter())]


def _begin_import() -> LogImport:
    begun = LogImport(
        filename="tabla.csv", sha256="", imported_at=clock.now(), rows=0, dispatches=0, imported=0, findings=[]
    )
    db.session.add(begun)
    db.session.flush()
    return begun


def _verify_whole() -> Verification:
    found = verify_chain()
    assert found.breaks == ()
    return found


def test_an_empty_log_is_whole(log: Log) -> None:
    assert log
    assert _verify_whole() == Verification(0, "", ())


def test_each_line_carries_the_hash_of_the_one_before(log: Log) -> None:
    assert log
    first, second = enter_line(_line("uno"), None), enter_line(_line("dos"), None)
    assert (first.sequence, first.previous_sha256) == (1, "")
    assert (second.sequence, second.previous_sha256) == (2, first.sha256)
    whole = _verify_whole()
    assert (whole.lines, whole.head) == (2, second.sha256)
    assert has_hash(str(first.sha256))
    assert not has_hash("0" * 64)


@pytest.mark.parametrize(
    "values",
    [
        {"information_es": "otra cosa"},
        {"sent_on": date(2026, 3, 1)},
        {"audience_id": None, "reach": 7},
        {"channel": Channel.EMAIL},
        {"reason": "porque sí"},
    ],
)
def test_an_edited_line_is_found(log: Log, values: dict[str, object]) -> None:
    assert log
    lines = [enter_line(_line(name), None) for name in ("uno", "dos", "tres")]
    db.session.execute(update(Dispatch).where(Dispatch.id == lines[1].id).values(**values))
    assert [found.line_id for found in verify_chain().breaks] == [lines[1].id]


def test_a_deleted_line_is_found(log: Log) -> None:
    assert log
    lines = [enter_line(_line(name), None) for name in ("uno", "dos", "tres")]
    db.session.execute(delete(Dispatch).where(Dispatch.id == lines[1].id))
    assert [found.line_id for found in verify_chain().breaks] == [lines[2].id]


def test_an_edit_with_a_new_hash_of_its_own_is_found_at_the_next_line(log: Log) -> None:
    assert log
    lines = [enter_line(_line(name), None) for name in ("uno", "dos", "tres")]
    db.session.execute(
        update(Dispatch).where(Dispatch.id == lines[1].id).values(information_es="x", sha256=None, sequence=None)
    )
    seal_new_lines(db.session.connection())
    assert {found.line_id for found in verify_chain().breaks} == {lines[2].id}


def test_a_line_that_was_slipped_in_is_found(log: Log) -> None:
    slipped = log.add("2026-03-02", "de contrabando")
    assert [found.line_id for found in verify_chain().breaks] == [slipped.id]


def test_a_correction_is_a_new_line_and_keeps_the_rest(log: Log) -> None:
    line = enter_line(_line("con eror", audience_id=log.red.id, programme_key="2025-24A000"), None)
    corrected = correct_line(line.id, Change(information_es="con error"), "Faltaba una letra", None)
    assert _texts() == ["con error"]
    assert (corrected.audience_id, corrected.programme_key) == (log.red.id, "2025-24A000")
    assert (corrected.corrects_id, corrected.original_id) == (line.id, line.id)
    again = correct_line(corrected.id, Change(information_es="sin error"), "Otra vez", None)
    assert again.original_id == line.id
    assert _texts() == ["sin error"]
    assert _verify_whole().lines == 3


def test_a_line_is_corrected_once_and_withdrawn_once(log: Log) -> None:
    assert log
    line = enter_line(_line(), None)
    correction = correct_line(line.id, Change(information_es="Otro"), "porque sí", None)
    with pytest.raises(LogLineError, match=f"corrija la {correction.id}"):
        correct_line(line.id, Change(information_es="Más"), "porque sí", None)
    void_line(correction.id, "No ocurrió", None)
    assert _texts() == []
    with pytest.raises(LogLineError, match="está anulada"):
        void_line(correction.id, "No ocurrió", None)
    assert _verify_whole().lines == 3


def test_a_correction_without_reason_or_change_is_refused(log: Log) -> None:
    assert log
    line = enter_line(_line(), None)
    with pytest.raises(LogLineError, match="Falta el motivo"):
        correct_line(line.id, Change(information_es="Otro"), " ", None)
    with pytest.raises(LogLineError, match="No hay nada que corregir"):
        correct_line(line.id, Change(information_es=line.information_es), "porque sí", None)
    with pytest.raises(NotFoundError, match="No existe la línea 99"):
        void_line(99, "porque sí", None)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (_line(" "), "Falta la información"),
        (_line("x" * 2001), "pasa de 2000 caracteres"),
        (_line(day=date(2026, 3, 4)), "todavía no llega"),
        (_line(reach=5), "Falta la fuente"),
        (_line(reach=-5, reach_source="conteo"), "menor que cero"),
    ],
)
def test_what_cannot_be_is_refused(log: Log, line: NewLine, sentence: str) -> None:
    assert log
    with pytest.raises(LogLineError, match=sentence):
        enter_line(line, None)


def test_an_import_is_undone_as_a_whole_and_may_come_again(log: Log) -> None:
    assert log
    begun = _begin_import()
    lines = [_line(str(number)) for number in range(5)]
    enter_lines(lines, begun.id)
    enter_line(_line("a mano"), None)
    first = db.session.scalars(select(Dispatch).where(Dispatch.information_es == "0")).one()
    correct_line(first.id, Change(information_es="cero"), "en letra", None)
    assert count_known([line.content_key for line in lines]).total() == 5
    assert undo_import(begun.id, "era otra tabla", None) == 5
    assert _texts() == ["a mano"]
    assert count_known([line.content_key for line in lines]).total() == 0
    assert _verify_whole().lines == 5 + 1 + 1 + 5
    with pytest.raises(LogLineError, match="ya se deshizo"):
        undo_import(begun.id, "otra vez", None)


def test_two_equal_lines_are_two_dispatches(log: Log) -> None:
    assert log
    enter_lines([_line(), _line("AVISO por el  grupo")], _begin_import().id)
    assert count_known([_line().content_key])[_line().content_key] == 2
