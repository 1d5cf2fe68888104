"""Which audience a row of an old table speaks of: the one it names, else the one its text seems to be addressed to."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from outreach.accounts.models import User
from outreach.audiences.columns import fold_heading
from outreach.audiences.models import Audience
from outreach.audiences.service import AudienceNames, add_audience
from outreach.db import db
from outreach.reports.names_of_days import fold_word
from outreach.translation import current_language

_LONGEST_SLUG = 60
_LONGEST_NAME = 120
_ARTICLES = re.compile(r"^(?:al?|con|para)(?:\s+(?:la|las|los|el))?\s+")
# What a cell says that names no audience.
_NOBODY = frozenset({"other", "otro", "otra", "otros", "otras", "ninguna", "ninguno", "none", "n_a", "na"})
_ACRONYMS = frozenset({"iecm", "ine", "oea", "unam", "osc", "opl", "inai"})


class AudienceGuide:
    """Finds audiences by slug, name or the words of a text; keeps the names of those that are to be added."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._slugs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        self.new: dict[str, str] = {}
        for audience in db.session.scalars(select(Audience).order_by(Audience.id)):
            self._learn(audience)

    def name(self, written: str) -> str:
        """Return the slug of the audience that a cell names, empty for none; an unknown one will be added."""
        folded = fold_heading(written)
        if not folded or folded in _NOBODY or folded in self._slugs:
            return self._slugs.get(folded, "")
        slug = folded.replace("_", "-").replace("ñ", "n")[:_LONGEST_SLUG].strip("-")
        self.new.setdefault(slug, _make_name(written))
        return slug

    def title(self, slug: str) -> str:
        """Return the name of an audience for people, also of one that is to be added."""
        return self._names.get(slug) or self.new.get(slug, slug)

    def guess(self, text: str) -> str:
        """Return the slug of the audience that a text is addressed to, the last if there are several; else empty."""
        folded = " ".join(fold_word(text).split())
        found = [(match.start(), slug) for pattern, slug in self._patterns for match in pattern.finditer(folded)]
        return max(found)[1] if found else ""

    def find_id(self, slug: str) -> int | None:
        """Return the number of an audience, None for an empty slug; −1 stands for one that is not added yet."""
        return self._ids.get(slug, -1) if slug else None

    def add_new(self, user: User | None) -> None:
        """Add the audiences that the table names and nobody knew: a report of old dispatches can then ask for them."""
        for slug, name in self.new.items():
            names = AudienceNames(name, name, f"a {name}", f"to {name}")
            self._ids[slug] = add_audience(slug, names, user).id

    def _learn(self, audience: Audience) -> None:
        self._ids[audience.slug] = audience.id
        self._names[audience.slug] = audience.name_en if current_language() == "en" else audience.name_es
        for written in (audience.slug, audience.name_es, audience.name_en):
            self._slugs.setdefault(fold_heading(written), audience.slug)
        for core in _list_cores(audience):
            pattern = rf"\b(?:al|(?:a|con|para)(?:\s+(?:la|las|los|el))?)\s+{re.escape(core)}\b"
            self._patterns.append((re.compile(pattern), audience.slug))


def _list_cores(audience: Audience) -> Iterator[str]:
    """Yield the words by which a text may name an audience, accents folded and without the article."""
    phrase = " ".join(fold_word(audience.phrase_es).split())
    cores = {fold_word(audience.name_es), _ARTICLES.sub("", phrase)}
    if "-" not in audience.slug:
        cores.add(audience.slug)
    yield from sorted(core for core in cores if core)


def _make_name(written: str) -> str:
    """Make a name of a cell such as «comunidad-iecm»."""
    words = re.sub(r"[-_\s]+", " ", written).strip()
    if words != words.lower():
        return words[:_LONGEST_NAME]
    named = " ".join(word.upper() if word in _ACRONYMS else word for word in words.split())
    return (named[:1].upper() + named[1:])[:_LONGEST_NAME]
