import pytest

from outreach.reports.audit_texts import (
    Session,
    find_doubled_word,
    has_unbalanced_quotes,
    is_no_dispatch,
    list_sessions,
)


@pytest.mark.parametrize(
    ("text", "doubled"),
    [
        ("Convocatoria para para la ciudadanía", "para para"),
        ("De de qué trata", "De de"),
        ("Boletín 2 2", ""),
        ("Para paraguayos", ""),
        ("a a", ""),
        ("", ""),
    ],
)
def test_a_doubled_word_is_found(text: str, doubled: str) -> None:
    assert find_doubled_word(text) == doubled


@pytest.mark.parametrize(
    "text",
    ['Segunda vuelta".', '"Convocatoria 2024”.', "“Invitación a “Mujeres”.", "”al revés“", "« sin cerrar", "“ « ” »"],
)
def test_a_quote_without_its_pair_is_found(text: str) -> None:
    assert has_unbalanced_quotes(text)


@pytest.mark.parametrize("text", ["", 'El curso "Elecciones".', "“Uno” y “dos”", "«Uno “dos” tres»", "50' de arco"])
def test_quotes_in_pairs_are_left_in_peace(text: str) -> None:
    assert not has_unbalanced_quotes(text)


@pytest.mark.parametrize(
    "text",
    ["Reunión con la embajada", "“Reunión” virtual", "Videoconferencia con la red", "Asistencia a un foro", "Llamada"],
)
def test_a_meeting_is_no_dispatch(text: str) -> None:
    assert is_no_dispatch(text)


@pytest.mark.parametrize(
    "text", ["Invitación a la reunión de trabajo", "Envío de la minuta", "Visitantes extranjeros: libro", ""]
)
def test_an_invitation_to_a_meeting_is_a_dispatch(text: str) -> None:
    assert not is_no_dispatch(text)


@pytest.mark.parametrize(
    ("text", "sessions"),
    [
        ("la 16ª sesión extraordinaria del Consejo General.", [(16, "extraordinaria", "consejo general")]),
        ("la 10o sesión ordinaria de la Comisión de Igualdad", [(10, "ordinaria", "comision de igualdad")]),
        ("la novena sesión urgente del Consejo General", [(9, "urgente", "consejo general")]),
        ("la décima primera sesión ordinaria del Comité", [(11, "ordinaria", "comite")]),
        ("la decimoprimera sesión ordinaria del Comité", [(11, "ordinaria", "comite")]),
        ("la vigésima sesión ordinaria del Comité", [(20, "ordinaria", "comite")]),
        (
            "las sesiones quinta ordinaria y séptima urgente del Consejo General",
            [(5, "ordinaria", "consejo general"), (7, "urgente", "consejo general")],
        ),
        ("las sesiones tercera ordinaria y solemne del Consejo", [(3, "ordinaria", "consejo")]),
        ("la reanudación de la segunda sesión extraordinaria del Consejo", []),
        ("sesiones de órganos colegiados", []),
        ("la sesión de instalación del Comité", []),
    ],
)
def test_numbered_sessions_are_recognised(text: str, sessions: list[tuple[int, str, str]]) -> None:
    assert list(list_sessions(f"Invitación a seguir {text}")) == [Session(*parts) for parts in sessions]
