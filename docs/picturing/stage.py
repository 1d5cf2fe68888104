"""What the scenes share: the people of the demonstration, the camera, the mail server."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from picturing.camera import Camera, open_page
from picturing.slow_post import SlowPost

ADMINISTRATOR = "ana.administra@example.org"
WRITER = "rocio.redacta@example.org"
REVIEWER = "raul.revisa@example.org"


@dataclass(slots=True)
class Stage:
    """The program that runs, and everybody who has come in; `campaign` is the number of the one that is written."""

    browser: Browser
    camera: Camera
    address: str
    password: str
    post: SlowPost
    folder: Path
    campaign: str = ""
    _pages: dict[str, Page] = field(default_factory=dict)

    def meet(self, email: str) -> Page:
        """Give the page of one of the people, signed in."""
        if email not in self._pages:
            page = self.visit()
            page.goto("/entrar?next=/campanas")
            page.locator("#email").fill(email)
            page.locator("#password").fill(self.password)
            page.locator("main").get_by_role("button").click()
            page.wait_for_url("/campanas")
            self._pages[email] = page
        return self._pages[email]

    def visit(self) -> Page:
        """Give the page of somebody who has not signed in."""
        return open_page(self.browser, self.address)


def press(page: Page, name: str) -> None:
    """Press the button that sends a form, and wait for what it answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def open_details(page: Page) -> None:
    """Open whatever is folded."""
    page.locator("main details").evaluate_all("all => all.forEach(each => each.open = true)")
