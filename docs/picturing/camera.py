"""The camera of the guides: each picture once for every language of the page, small enough for a repository."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Playwright

_LANGUAGES = ("es", "en")
_WIDTH = 1280
# As tall as any picture: frames below the window would stay empty.
_HEIGHT = 1700
_MARGIN = 12
_QUALITY = 33
_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
_PATIENCE = 100_000


@contextmanager
def open_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start the Chromium of this machine, or the one that playwright brought."""
    found = _CHROMIUM if _CHROMIUM.exists() else None
    with playwright.chromium.launch(executable_path=found, args=_ARGUMENTS) as browser:
        yield browser


def open_page(browser: Browser, address: str) -> Page:
    """Give a page of somebody new."""
    context = browser.new_context(
        base_url=address, locale="es-MX", viewport={"width": _WIDTH, "height": _HEIGHT}, reduced_motion="reduce"
    )
    context.set_default_timeout(_PATIENCE)
    context.set_default_navigation_timeout(_PATIENCE)
    return context.new_page()


@dataclass(frozen=True, slots=True)
class Camera:
    """Keeps pictures as `folder`/LANGUAGE/NAME.webp."""

    folder: Path

    def take(
        self,
        page: Page,
        name: str,
        shows: str = "main",
        height: int = 900,
        prepare: Callable[[Page], object] | None = None,
    ) -> None:
        """Show what `shows` selects, `height` pixels of it at most; `prepare` is done first in each language."""
        for language in _LANGUAGES:
            _speak(page, language)
            if prepare:
                prepare(page)
            page.wait_for_load_state("networkidle")
            self._keep(page, f"{language}/{name}.webp", shows, height)
        _speak(page, _LANGUAGES[0])

    def _keep(self, page: Page, path: str, shows: str, height: int) -> None:
        page.evaluate("document.activeElement && document.activeElement.blur()")
        page.evaluate("scrollTo(0, 0)")
        area = _measure(page, shows)
        area["height"] = min(height, area["height"])
        shot = page.screenshot(clip=area, full_page=True, animations="disabled", caret="hide")  # type: ignore[arg-type] # a dictionary of its own kind
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(BytesIO(shot)) as picture:
            _trim(picture.convert("RGB")).save(target, "WEBP", quality=_QUALITY, method=6)


def _measure(page: Page, shows: str) -> dict[str, float]:
    """Return where everything stands that `shows` selects, with a margin unless it is a page of its own."""
    boxes = [box for each in page.locator(shows).all() if (box := each.bounding_box())]
    margin = 0 if shows in {"main", "body"} else _MARGIN
    left, top = (max(0, min(box[side] for box in boxes) - margin) for side in ("x", "y"))
    right = min(_WIDTH, max(box["x"] + box["width"] for box in boxes) + margin)
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _trim(picture: Image.Image) -> Image.Image:
    """Cut off what is empty below and to the right, except for a margin."""
    empty = Image.new("RGB", picture.size, picture.getpixel((picture.width - 1, picture.height - 2)))
    _, _, right, bottom = ImageChops.difference(picture, empty).getbbox() or (0, 0, *picture.size)
    return picture.crop((0, 0, min(picture.width, right + 2 * _MARGIN), min(picture.height, bottom + 2 * _MARGIN)))


def _speak(page: Page, language: str) -> None:
    """Show the page in another language, by its own button."""
    if page.locator("html").get_attribute("lang") == language:
        return
    with page.expect_navigation():
        page.locator(f".language-form button[value={language}]").first.evaluate("each => each.form.requestSubmit(each)")
