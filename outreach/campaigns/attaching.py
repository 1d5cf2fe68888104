"""The page where a picture or a file is brought for a block, or one that was used before is taken again.

It is a plain form, so it works without a script; the editor saves what was typed before it leads here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.blocks import BLOCK_FIELDS, Field, FieldKind
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.content import edit_block
from outreach.campaigns.events import offer_zones
from outreach.campaigns.hosting import find_local_url, find_shown
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.queries import get_block, get_campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.db import db
from outreach.errors import OutreachError
from outreach.media.errors import UploadError
from outreach.media.models import StoredFile
from outreach.media.queries import get_file, list_stored
from outreach.media.rules import LARGEST_FILE, describe_size, make_reference
from outreach.media.service import keep_document, keep_picture, note_use
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file goes: a field of a block, and the languages of its campaign."""

    campaign: Campaign
    block: Block
    field: Field
    languages: tuple[Language, ...]

    @property
    def is_picture(self) -> bool:
        """Tell whether the mail shows it; otherwise readers save it."""
        return self.field.kind is FieldKind.PICTURE

    @property
    def number(self) -> int:
        """The block's number on the page, from 1."""
        return self.campaign.blocks.index(self.block) + 1

    def read(self, name: str) -> dict[str, str]:
        """Return what the block says in one of its fields, by language."""
        return {language.value: self.block.fields.get(name, {}).get(language, "") for language in self.languages}


@blueprint.context_processor
def _offer() -> dict[str, object]:
    return {
        "find_shown": find_shown,
        "local_url": find_local_url,
        "size_in_words": describe_size,
        "offer_zones": offer_zones,
    }


@blueprint.get("/imagenes")
@requires()
def pictures() -> str:
    """Show the pictures that mails have used, the last used first."""
    words = request.args.get("words", "")[:100]
    found = list_stored(is_picture=True, words=words, page=request.args.get("page", 1, type=int))
    return render_template("campaigns/pictures.html", found=found, words=words)


@blueprint.get("/<int:campaign_id>/bloques/<int:block_id>/<name>")
@requires(Permission.WRITE)
def attach(campaign_id: int, block_id: int, name: str) -> str:
    """Offer to bring a file for a field of a block, or to take one again."""
    return _render(_get_place(campaign_id, block_id, name))


@blueprint.post("/<int:campaign_id>/bloques/<int:block_id>/<name>")
@requires(Permission.WRITE)
def put(campaign_id: int, block_id: int, name: str) -> Response | tuple[str, int]:
    """Put the file that was brought, or the one that was chosen, into the block; or take it out."""
    place = _get_place(campaign_id, block_id, name)
    try:
        _put(place)
    except OutreachError as refusal:
        db.session.rollback()
        return _render(_get_place(campaign_id, block_id, name), str(refusal)), 422
    db.session.commit()
    flash(_("Guardado."), "success")
    return redirect(url_for("campaigns.edit", campaign_id=campaign_id, _anchor=f"bloque-{block_id}"), 303)


def _get_place(campaign_id: int, block_id: int, name: str) -> Place:
    campaign = get_campaign(campaign_id)
    block = get_block(campaign, block_id)
    field = next((each for each in BLOCK_FIELDS[BlockType(block.type)] if each.name == name), None)
    if field is None or not field.kind.takes_file:
        abort(404)
    return Place(campaign, block, field, tuple(Language(version.language) for version in campaign.versions))


def _put(place: Place) -> None:
    wanted = request.form.get("language", "")
    languages = [language.value for language in place.languages if wanted in {"", language.value}]
    if request.form.get("then") == "remove":
        fields = {place.field.name: dict.fromkeys(languages, "")}
    else:
        stored, is_new = _find_stored(place)
        alt = _choose_alt(place, stored, is_new=is_new)
        note_use(stored, alt)
        fields = {place.field.name: dict.fromkeys(languages, make_reference(stored.key)), **_name(place, stored, alt)}
    if edit_block(place.campaign, place.block, fields):
        detail = {"edit_count": place.campaign.edit_count, "block": place.block.id}
        record("edit", "campaign", place.campaign.id, detail, user=get_current_user())


def _find_stored(place: Place) -> tuple[StoredFile, bool]:
    """Return the file that the form brings or names, and whether it was brought."""
    chosen = request.form.get("use", "")
    if chosen:
        return get_file(chosen, is_picture=place.is_picture), False
    file = request.files.get("file")
    if file is None or not file.filename:
        raise UploadError(_("Falta el archivo: elija uno de su equipo o tome uno de la lista."))
    keep = keep_picture if place.is_picture else keep_document
    content = file.stream.read(LARGEST_FILE + 1)
    stored = keep(content, file.filename, get_current_user())
    record("upload", "file", stored.id, {"sha256": stored.sha256}, user=get_current_user())
    return stored, True


def _choose_alt(place: Place, stored: StoredFile, *, is_new: bool) -> Mapping[str, str]:
    """Return the texts that describe a picture: as typed, else those it was used with before."""
    if not place.is_picture:
        return {}
    before = {"es": stored.alt_es, "en": stored.alt_en}
    now = place.read("alt")
    typed = {language: request.form.get(f"alt-{language}", text) for language, text in now.items()}
    if is_new:
        return {language: text.strip() or before[language] for language, text in typed.items()}
    # What was left as it stood described the picture that goes.
    return {language: text if text != now[language] else before[language] for language, text in typed.items()}


def _name(place: Place, stored: StoredFile, alt: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the texts beside a file: a picture's description, or a document's name where there is none yet."""
    if place.is_picture:
        return {"alt": dict(alt)}
    stem = stored.name.rpartition(".")[0] or stored.name
    return {"label": {language: text or stem for language, text in place.read("label").items()}}


def _render(place: Place, refusal: str = "") -> str:
    words = request.args.get("words", "")[:100]
    return render_template(
        "campaigns/attach.html",
        campaign=place.campaign,
        place=place,
        current=place.read(place.field.name),
        alt={language: request.form.get(f"alt-{language}", text) for language, text in place.read("alt").items()},
        found=list_stored(is_picture=place.is_picture, words=words, page=request.args.get("page", 1, type=int)),
        words=words,
        most=describe_size(LARGEST_FILE),
        refusal=refusal,
    )
