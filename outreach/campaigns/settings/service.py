"""Writes of senders, kinds and the institution's identity; each leaves a trail, and nothing here commits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.models import Audience
from outreach.campaigns.models import Campaign, Institution, Kind, KindAudience, Sender
from outreach.campaigns.queries import get_institution
from outreach.campaigns.rendering import list_templates
from outreach.campaigns.series.models import Series
from outreach.campaigns.settings.errors import SettingsError, UnknownSettingError
from outreach.db import Base, db
from outreach.mail.addresses import AddressError, parse_address
from outreach.mail.headers import HeaderError, encode_named
from outreach.translation import gettext as _

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOMAIN = re.compile(r"(?=.{4,190}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class SenderWords:
    """A From address with its name, where answers go, and the domain that bounces come back to."""

    address: str
    name: str
    reply_to: str
    bounce_domain: str


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind's names, and what its campaigns begin with; `audience_ids` are in their order."""

    name_es: str
    name_en: str
    template: str = ""
    sender_id: int | None = None
    information_es: str = ""
    information_en: str = ""
    sends_both_to_all: bool = False
    audience_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InstitutionWords:
    """Whose mail it is, in both languages."""

    name_es: str
    name_en: str
    postal_address: str
    privacy_url_es: str
    privacy_url_en: str
    privacy_text_es: str
    privacy_text_en: str
    website: str
    is_one_person_office: bool


def get_sender(sender_id: int) -> Sender:
    """Return a sender by its number; raise UnknownSettingError."""
    sender = db.session.get(Sender, sender_id)
    if sender is None:
        raise UnknownSettingError(_("No hay ningún remitente con el número %(number)s.", number=sender_id))
    return sender


def get_kind(kind_id: int) -> Kind:
    """Return a kind by its number; raise UnknownSettingError."""
    kind = db.session.get(Kind, kind_id)
    if kind is None:
        raise UnknownSettingError(_("No hay ningún tipo de envío con el número %(number)s.", number=kind_id))
    return kind


def count_uses(column: object) -> dict[int, int]:
    """Count the campaigns of each sender or kind, by its number."""
    rows = db.session.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload] # a column of campaigns
    return {number: count for number, count in rows}  # noqa: C416 - rows are no pairs to mypy


def add_sender(words: SenderWords, user: User) -> Sender:
    """Add a sender; raise SettingsError for what cannot stand in a mail, or an address that is there already."""
    checked = _check_sender(words, None)
    sender = Sender(**asdict(checked))
    db.session.add(sender)
    db.session.flush()
    record("add", "sender", sender.id, user=user)
    return sender


def edit_sender(sender: Sender, words: SenderWords, user: User) -> bool:
    """Change a sender and tell whether anything did; what was approved with it as it was must be approved again."""
    return _keep(sender, asdict(_check_sender(words, sender)), ("sender", sender.id), user)


def remove_sender(sender: Sender, user: User) -> None:
    """Take away a sender that nothing was ever written from; raise SettingsError for any other."""
    if any(_is_used(column, sender.id) for column in (Campaign.sender_id, Kind.sender_id, Series.sender_id)):
        raise SettingsError(
            _("«%(address)s» ya se usa en campañas, tipos o series: no se puede quitar.", address=sender.address)
        )
    record("remove", "sender", sender.id, user=user)
    db.session.delete(sender)
    db.session.flush()


def _check_sender(words: SenderWords, present: Sender | None) -> SenderWords:
    try:
        address, reply_to = (parse_address(text.strip()).email for text in (words.address, words.reply_to))
    except AddressError as problem:
        raise SettingsError(str(problem)) from problem
    name = words.name.strip()
    try:
        encode_named("From", name, address)
    except HeaderError as problem:
        raise SettingsError(str(problem)) from problem
    domain = words.bounce_domain.strip().lower()
    if not name:
        raise SettingsError(_("Falta el nombre que ven quienes reciben el correo."))
    if not _DOMAIN.fullmatch(domain):
        raise SettingsError(_("«%(domain)s» no es un dominio: escriba uno como rebotes.example.org.", domain=domain))
    other = db.session.scalar(select(Sender).where(func.lower(Sender.address) == address.lower()))
    if other is not None and other is not present:
        raise SettingsError(_("Ya existe el remitente «%(address)s».", address=address))
    return SenderWords(address, name, reply_to, domain)


def add_kind(slug: str, words: KindWords, user: User) -> Kind:
    """Add a kind; raise SettingsError if its key is malformed or taken, or a name is missing."""
    key = slug.strip()
    if not _SLUG.fullmatch(key) or len(key) > _LONGEST_SLUG:
        raise SettingsError(_("La clave «%(slug)s» no sirve: use letras minúsculas, cifras y guiones.", slug=key))
    if db.session.scalar(select(Kind.id).where(Kind.slug == key)):
        raise SettingsError(_("Ya hay un tipo de envío con la clave «%(slug)s»: elija otra.", slug=key))
    values = _check_kind(words)
    kind = Kind(slug=key, **values)
    kind.audience_links = _link(words.audience_ids)
    db.session.add(kind)
    db.session.flush()
    record("add", "kind", kind.id, user=user)
    return kind


def edit_kind(kind: Kind, words: KindWords, user: User) -> bool:
    """Change a kind and tell whether anything did; campaigns that exist stay as they are."""
    values = _check_kind(words)
    before = tuple(link.audience_id for link in kind.audience_links)
    has_other_audiences = before != words.audience_ids
    if has_other_audiences:
        kind.audience_links.clear()
        db.session.flush()
        kind.audience_links = _link(words.audience_ids)
    also = ["audiences"] if has_other_audiences else []
    return _keep(kind, values, ("kind", kind.id), user, also)


def remove_kind(kind: Kind, user: User) -> None:
    """Take away a kind that nothing was ever written as; raise SettingsError for any other."""
    if any(_is_used(column, kind.id) for column in (Campaign.kind_id, Series.kind_id)) or _is_in_log(kind.id):
        raise SettingsError(_("«%(name)s» ya se usa: no se puede quitar.", name=kind.name_es))
    record("remove", "kind", kind.id, user=user)
    db.session.delete(kind)
    db.session.flush()


def _is_in_log(kind_id: int) -> bool:
    """Ask the log, which stands above this package and is known by its table only."""
    dispatches = Base.metadata.tables.get("dispatches")
    if dispatches is None:
        return False
    return db.session.scalar(select(dispatches.c.id).where(dispatches.c.kind_id == kind_id).limit(1)) is not None


def _check_kind(words: KindWords) -> dict[str, object]:
    values = asdict(words)
    del values["audience_ids"]
    for name in ("name_es", "name_en", "information_es", "information_en"):
        values[name] = values[name].strip()
    if not values["name_es"] or not values["name_en"]:
        raise SettingsError(_("El tipo de envío necesita nombre en los dos idiomas."))
    if words.template and words.template not in list_templates():
        raise SettingsError(_("Elija una de las plantillas que hay."))
    if words.sender_id is not None:
        get_sender(words.sender_id)
    known = set(db.session.scalars(select(Audience.id).where(Audience.id.in_(words.audience_ids))))
    if set(words.audience_ids) - known:
        raise SettingsError(_("Una de las audiencias ya no existe: elíjalas de nuevo."))
    return values


def _link(audience_ids: Sequence[int]) -> list[KindAudience]:
    return [KindAudience(audience_id=number, position=place) for place, number in enumerate(audience_ids)]


def edit_institution(words: InstitutionWords, user: User) -> bool:
    """Change whose mail it is and tell whether anything did; what was approved before leaves as it was approved."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(words).items()}
    if not all(value for name, value in values.items() if name != "is_one_person_office"):
        raise SettingsError(_("Falta un dato: la identidad va completa en todos los correos, en los dos idiomas."))
    for name in ("privacy_url_es", "privacy_url_en", "website"):
        if not re.fullmatch(r"https://[!-;=?-~]+", str(values[name])):
            raise SettingsError(_("«%(text)s» debe ser una dirección que empiece con https://.", text=values[name]))
    institution: Institution = get_institution()
    return _keep(institution, values, ("institution", institution.id), user)


def _is_used(column: object, number: int) -> bool:
    return db.session.scalar(select(column).where(column == number).limit(1)) is not None  # type: ignore[call-overload] # any column


def _keep(
    row: Base, values: Mapping[str, object], subject: tuple[str, int], user: User, also: Sequence[str] = ()
) -> bool:
    """Set what differs, and say in the trail which parts changed, never what they hold."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if not changed and not also:
        return False
    record("edit", subject[0], subject[1], {"changed": [*changed, *also]}, user)
    db.session.flush()
    return True
