"""Which people a campaign is for: audiences, who of them is left out, and filters; frozen, and kept as JSON."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from outreach.audiences.errors import ChoiceError
from outreach.translation import gettext as _

# What a filter calls people who named no language.
NO_LANGUAGE = ""
_MOST_VALUES = 500
_LONGEST_VALUE = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a campaign: people of `audience_ids`, the first of which that holds somebody owns them.

    Nobody subscribed to an excluded audience and nobody who got an excluded campaign is among them. Of each filter
    that is not empty a person must match one value: languages ("" is none), countries, each attribute, and the earlier
    campaigns they received.
    """

    audience_ids: tuple[int, ...] = ()
    excluded_audience_ids: tuple[int, ...] = ()
    excluded_campaign_ids: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    received_campaign_ids: tuple[int, ...] = ()

    @property
    def has_exclusions(self) -> bool:
        """Tell whether anybody may be left out by an audience or an earlier campaign."""
        return bool(self.excluded_audience_ids or self.excluded_campaign_ids)

    @property
    def has_filters(self) -> bool:
        """Tell whether anybody may be left out by what they read, where they are, or what they received."""
        return bool(self.languages or self.countries or self.attributes or self.received_campaign_ids)

    @property
    def campaign_ids(self) -> tuple[int, ...]:
        """The earlier campaigns that matter."""
        return (*self.excluded_campaign_ids, *self.received_campaign_ids)

    def narrow(self, narrowing: Mapping[str, Any]) -> "Choice":
        """Return the same audiences with the exclusions and filters of `narrowing`; raise ChoiceError if malformed."""
        exclude, wanted = _read_table(narrowing, "exclude"), _read_table(narrowing, "filter")
        attributes = _read_table(wanted, "attributes")
        return replace(
            self,
            excluded_audience_ids=_read_numbers(exclude, "audiences"),
            excluded_campaign_ids=_read_numbers(exclude, "campaigns"),
            languages=_read_texts(wanted, "languages"),
            countries=_read_texts(wanted, "countries"),
            attributes=tuple((name, _read_texts(attributes, name)) for name in sorted(attributes) if attributes[name]),
            received_campaign_ids=_read_numbers(wanted, "received"),
        )

    def list_narrowing(self) -> dict[str, Any]:
        """Return the exclusions and filters as JSON, empty parts left out; {} when there are none."""
        exclude = {"audiences": list(self.excluded_audience_ids), "campaigns": list(self.excluded_campaign_ids)}
        wanted = {
            "languages": list(self.languages),
            "countries": list(self.countries),
            "attributes": {name: list(values) for name, values in self.attributes},
            "received": list(self.received_campaign_ids),
        }
        parts = {"exclude": _drop_empty(exclude), "filter": _drop_empty(wanted)}
        return _drop_empty(parts)

    def write(self) -> str:
        """Return the whole choice as a text that fits into an address."""
        whole = {"audiences": list(self.audience_ids), **self.list_narrowing()}
        return urlsafe_b64encode(json.dumps(whole, ensure_ascii=False).encode()).decode().rstrip("=")


def read_choice(text: str) -> Choice:
    """Return the choice that `Choice.write` wrote; raise ChoiceError for any other text."""
    try:
        whole = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as problem:
        raise _refuse("?") from problem
    if not isinstance(whole, Mapping):
        raise _refuse("?")
    return Choice(_read_numbers(whole, "audiences")).narrow(whole)


def _read_table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, Mapping):
        raise _refuse(key)
    return value


def _read_numbers(raw: Mapping[str, Any], key: str) -> tuple[int, ...]:
    values = _read_list(raw, key)
    if not all(type(value) is int and 0 < value < 2**31 for value in values):
        raise _refuse(key)
    return tuple(dict.fromkeys(values))


def _read_texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _read_list(raw, key)
    if not all(isinstance(value, str) and len(value) <= _LONGEST_VALUE for value in values):
        raise _refuse(key)
    return tuple(dict.fromkeys(values))


def _read_list(raw: Mapping[str, Any], key: str) -> Sequence[Any]:
    values = raw.get(key, [])
    if not isinstance(values, list) or len(values) > _MOST_VALUES:
        raise _refuse(key)
    return values


def _refuse(key: str) -> ChoiceError:
    return ChoiceError(_("La elección de personas no se entiende en «%(key)s»: elija de nuevo.", key=key))


def _drop_empty(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}
