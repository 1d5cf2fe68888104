"""A campaign in two languages: written, checked, tried, looked at by a second person."""

import re
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from picturing.stage import REVIEWER, WRITER, Stage, open_details, press

_NAME = "Corazón Chilango · taller de invierno"
# The sample campaign said this in both languages.
_SAID_BEFORE = (
    "El trámite desde el extranjero es gratuito. Revisa la vigencia de tu credencial antes de que empiece "
    "el año electoral: así evitas las semanas de mayor demanda."
)


def begin(stage: Stage) -> None:
    """Choose what to send, and begin with a copy of the sample."""
    page = stage.meet(WRITER)
    page.goto("/campanas/nueva")
    stage.camera.take(page, "new-campaign")
    page.goto("/campanas/nueva?de=1")
    page.locator("#name").fill(_NAME)
    press(page, "Crear y escribir")
    found = re.search(r"/campanas/(\d+)/", page.url)
    stage.campaign = found.group(1) if found else ""


def write(stage: Stage) -> None:
    """Write in both languages; the states, what was translated before, the personal fields."""
    page = stage.meet(WRITER)
    _wait_for_editor(page)
    stage.camera.take(page, "editor", height=1000, prepare=_point_at_subject)
    _write_on(page, page.locator(".block[data-type=text]").first, " Y te presentamos el taller de invierno.")
    page.locator("#agregar [data-add=text]").click()
    added = page.locator(".block[data-type=text]").nth(1)
    _write_on(page, added, _SAID_BEFORE)
    page.goto(_path(stage, "editar"))
    stage.camera.take(page, "states", shows=".block[data-type=text] >> nth=0", prepare=_wait_for_editor)
    number = page.locator(".block[data-type=text]").nth(1).get_attribute("data-block")
    stage.camera.take(
        page,
        "remembered",
        shows=f"#bloque-{number}",
        prepare=lambda each: _wait_for_sentences(each, f"#bloque-{number}"),
    )
    stage.camera.take(page, "personal-fields", shows="#marker-dialog", prepare=_open_markers)


def attach(stage: Stage) -> None:
    """Bring a picture, with its text for who cannot see it."""
    page = stage.meet(WRITER)
    page.goto(_path(stage, "editar"))
    _wait_for_editor(page)
    page.locator("#agregar [data-add=image]").click()
    page.locator(".block[data-type=image]").wait_for()
    page.goto(_path(stage, "editar"))
    _wait_for_editor(page)
    with page.expect_navigation():
        page.locator(".block[data-type=image] button[value^=attach]").first.click()
    _describe_picture(page)
    stage.camera.take(page, "picture", prepare=_describe_picture)
    _describe_picture(page)
    page.locator("#file").set_input_files(_draw_picture(stage.folder))
    press(page, "Subir y usar")
    page.goto(_path(stage, "revisar"))
    stage.camera.take(page, "check", height=1250)


def finish(stage: Stage) -> None:
    """Take what was translated before, say that the rest is right, and choose who receives it."""
    page = stage.meet(WRITER)
    page.goto(_path(stage, "editar"))
    _wait_for_editor(page)
    page.locator(".remembered").get_by_role("button", name=re.compile("^Usar")).last.click()
    expect(page.locator("#save-status")).to_contain_text("Guardado")
    page.goto(_path(stage, "editar"))
    _wait_for_editor(page)
    page.get_by_role("button", name="Todo el inglés sigue siendo correcto").click()
    expect(page.get_by_role("button", name="Todo el inglés sigue siendo correcto")).to_have_count(0)
    page.goto(_path(stage, "vista-previa"))
    stage.camera.take(page, "preview", height=1100, prepare=_wait_for_frames)
    page.goto(_path(stage, "destinatarios"))
    for box in ("Red de Observación", "Organizaciones de la sociedad civil"):
        page.locator("fieldset").first.get_by_role("checkbox", name=box).check()
    page.locator("fieldset").nth(1).get_by_role("checkbox", name="Autoridades académicas").check()
    press(page, "Guardar y revisar")
    page.goto(_path(stage, "destinatarios"))
    stage.camera.take(page, "recipients", height=1150, prepare=lambda each: each.locator("#sum table").wait_for())


def ask(stage: Stage) -> None:
    """Ask for the approval; the second person finds it, returns it, and gives it in the end."""
    writer, reviewer = stage.meet(WRITER), stage.meet(REVIEWER)
    writer.goto(_path(stage, "revisar"))
    press(writer, "Enviar a visto bueno")
    reviewer.goto("/")
    stage.camera.take(reviewer, "home", shows="body", height=1500)
    reviewer.goto(_path(stage, "visto-bueno"))
    stage.camera.take(reviewer, "approval", height=900, prepare=_wait_for_frames)
    both_ways = "section:has(#findings-title), section:has(#readers-title), form:has(#has_looked), main details"
    stage.camera.take(reviewer, "approval-form", shows=both_ways, prepare=open_details)
    open_details(reviewer)
    reviewer.locator("#note").fill("Falta decir en inglés que el taller es gratuito.")
    press(reviewer, "Devolver")
    writer.goto(f"/campanas/{stage.campaign}")
    stage.camera.take(writer, "returned", height=700)
    writer.goto(_path(stage, "editar"))
    _wait_for_editor(writer)
    writer.locator("#words-en-preheader").fill("A free online workshop, three pieces of news and one date to save.")
    press(writer, "Guardar")
    writer.goto(_path(stage, "revisar"))
    press(writer, "Enviar a visto bueno")
    writer.goto(_path(stage, "historial"))
    stage.camera.take(writer, "history", height=620)
    reviewer.goto(_path(stage, "visto-bueno"))
    reviewer.locator("#has_looked").check()
    press(reviewer, "Dar visto bueno")


def _path(stage: Stage, page: str) -> str:
    return f"/campanas/{stage.campaign}/{page}"


def _wait_for_frames(page: Page) -> None:
    for frame in page.locator("iframe").all():
        frame.content_frame.locator("h1, h2").first.wait_for()


def _wait_for_editor(page: Page) -> None:
    page.locator(".prose").first.wait_for()


def _point_at_subject(page: Page) -> None:
    """Let the button for a personal field show."""
    _wait_for_editor(page)
    page.locator("#words-es-subject").hover()


def _wait_for_sentences(page: Page, block: str) -> None:
    page.locator(block).scroll_into_view_if_needed()
    page.locator(f"{block} .prose").first.wait_for()
    page.locator(".remembered").first.wait_for()


def _write_on(page: Page, block: Locator, words: str) -> None:
    """Write at the end of a block's Spanish text, and wait until it is saved."""
    block.locator(".side-es [contenteditable]").click()
    page.keyboard.press("Control+End")
    with page.expect_response(re.compile("/guardar|autosave|editar")):
        page.keyboard.insert_text(words)
    expect(page.locator("#save-status")).to_contain_text("Guardado")


def _open_markers(page: Page) -> None:
    _wait_for_editor(page)
    page.locator("[data-marker-for=words-es-subject]").click()
    page.locator("#marker-dialog[open]").wait_for()


def _describe_picture(page: Page) -> None:
    page.locator("#alt-es").fill("Tres personas conversan frente a una pantalla, cada una en su ciudad.")
    page.locator("#alt-en").fill("Three people talk in front of a screen, each in their own city.")


def _draw_picture(folder: Path) -> Path:
    """Draw three people in front of a screen."""
    picture = Image.new("RGB", (1200, 560), "#f1e6f2")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((120, 60, 1080, 430), 24, fill="#5b2a68")
    for place, colour in enumerate(("#f6c453", "#e8875b", "#7cc4a4")):
        middle = 320 + place * 280
        pen.ellipse((middle - 60, 120, middle + 60, 240), fill=colour)
        pen.pieslice((middle - 110, 250, middle + 110, 470), 180, 360, fill=colour)
    pen.rectangle((540, 430, 660, 490), fill="#5b2a68")
    path = folder / "taller.png"
    picture.save(path)
    return path


SCENES = (begin, write, attach, finish, ask)
