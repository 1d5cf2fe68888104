"""What the checks are told besides the content, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from outreach.campaigns.rules import Language


class Severity(StrEnum):
    """Whether a finding stops a campaign or only wants a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `code` for programs, one sentence for people, and the place as a path.

    Places: `version/es/subject` (or preheader, information), `block/3` (from 1), `block/3/label/en`, `blocks`,
    `audiences`, `template`, `institution`, `message/both`, `schedule`.
    """

    code: str
    severity: Severity
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows about a campaign and its readers at the instant `now`.

    `information` is the text of the report's row. `attributes` are the names, accents folded, that contacts of these
    audiences have. `readers` counts recipients by preferred language, "" for an unknown one, and `recipients` counts
    all of them. `lacking` counts recipients without a value, by placeholder. `same_today` names what else of this kind
    goes to one of these audiences today. `changed_at` is the last change of each language, blocks included.
    """

    now: datetime
    information: Mapping[Language, str] = field(default_factory=dict)
    audiences: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()
    readers: Mapping[str, int] = field(default_factory=dict)
    recipients: int = 0
    lacking: Mapping[str, int] = field(default_factory=dict)
    same_today: tuple[str, ...] = ()
    templates: frozenset[str] = frozenset()
    changed_at: Mapping[Language, datetime] = field(default_factory=dict)
