"""Pages as a browser reads them: their forms, filled with something else, and whether they hold only what is ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html

from hostile.payloads import EVALUATED
from signing import Client

_WORDS = {"text", "search", ""}
_TYPED = {"email", "url", "tel", "number", "date", "time", "datetime-local", "month", "password"}
_BUTTONS = {"submit", "image", "button", "reset", "file"}
_PLAUSIBLE = {"email": "mal@example.org", "url": "https://example.org/", "date": "2026-03-02", "number": "1"}
_SCHEMES = {"", "http", "https", "mailto", "data"}
_ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "data", "poster")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page; `words` are its fields for free text, `typed` those for an address, a number or a date."""

    path: str
    is_sent: bool
    page: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, bool, tuple[str, ...]]:
        """What tells it from other forms."""
        return self.path, self.is_sent, tuple(self.words)

    def fill(self, text: str, *, is_everywhere: bool) -> list[tuple[str, str]]:
        """Return what is sent with `text` in each field for words, and in all others that one types in, if asked."""
        typed = [(name, text if is_everywhere else value) for name, value in self.typed]
        return [*self.kept, *((name, text) for name in self.words), *typed]


def read_forms(page: str, path: str) -> Iterator[Form]:
    """Read the forms of a page at `path` that take anything."""
    root = html.document_fromstring(page or "<html></html>")
    for element in root.iter("form"):
        target = urljoin(path, element.get("action") or path)
        form = Form(target, (element.get("method") or "get").lower() == "post", path)
        name = element.get("id")
        beside = root.xpath("//*[@form=$name]", name=name) if name else []
        pressed = False
        for control in [*element.iter("input", "textarea", "select", "button"), *beside]:
            pressed = _take(form, control, is_pressed=pressed) or pressed
        yield form


def _take(form: Form, control: html.HtmlElement, *, is_pressed: bool) -> bool:
    """Add a control to its form as a browser would send it; tell whether it was the button."""
    name, kind = control.get("name"), (control.get("type") or "").lower()
    if control.tag == "button" or kind in _BUTTONS:
        if name and not is_pressed and kind in {"submit", ""}:
            form.kept.append((name, control.get("value") or ""))
        return kind in {"submit", ""}
    if not name or name == "csrf_token" or control.get("disabled") is not None:
        return False
    if control.tag == "select":
        chosen = control.value if isinstance(control.value, str) else None
        form.kept.extend((name, value) for value in ([chosen] if chosen is not None else control.value or []))
    elif kind in {"checkbox", "radio"}:
        form.kept.extend([(name, control.get("value") or "on")] if control.get("checked") is not None else [])
    elif control.tag == "textarea" or kind in _WORDS:
        form.words.append(name)
    elif kind in _TYPED:
        form.typed.append((name, control.get("value") or _PLAUSIBLE.get(kind, "")))
    else:
        form.kept.append((name, control.get("value") or ""))
    return False


def send(browser: Client, form: Form, fields: list[tuple[str, str]]) -> int:
    """Send a form and return the status of the answer, whose page must hold only what is ours."""
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    answer = browser.submit(form.path, sent) if form.is_sent else browser.get(form.path, query_string=sent)
    if answer.mimetype == "text/html":
        assert judge(answer.text) == [], (form.path, answer.status_code)
    return answer.status_code


def judge(page: str) -> list[str]:
    """Return what a page holds that none of our templates writes."""
    if not page.strip():
        return []
    root = html.document_fromstring(page) if "<html" in page else html.fragment_fromstring(page, create_parent="div")
    found = [f"evaluated: {EVALUATED}"] if EVALUATED in page else []
    for element in root.iter():
        if isinstance(element.tag, str):
            found += _judge_element(element)
    return found


def _judge_element(element: html.HtmlElement) -> Iterator[str]:
    text = html.tostring(element, encoding="unicode")[:200]
    if element.tag in {"object", "embed", "base", "applet"}:
        yield text
    is_ours = (element.get("src") or "").startswith("/static/") or element.get("type") == "application/json"
    if element.tag == "script" and not is_ours:
        yield text
    for name, value in element.attrib.items():
        if str(name).startswith("on") or name == "srcdoc":
            yield text
        if name in _ADDRESSES and urlsplit(str(value).strip()).scheme.lower() not in _SCHEMES:
            yield text
        if name == "src" and value == "x":
            yield text


def list_links(page: str, path: str) -> list[str]:
    """Return the paths on our own host that a page leads to."""
    found = []
    for link in html.document_fromstring(page).iter("a", "iframe"):
        parts = urlsplit(urljoin(path, link.get("href") or link.get("src") or path))
        if not parts.netloc and parts.scheme in {"", "http"}:
            found.append(parts.path)
    return found
