"""The files of a campaign as its renderer and its editor see them: where readers load them, and their measures."""

from collections.abc import Iterable, Mapping

from flask import g, url_for

from outreach.campaigns.composition import HostedFile
from outreach.campaigns.models import Block, Campaign
from outreach.media.models import StoredFile
from outreach.media.queries import list_files
from outreach.media.rules import find_key
from outreach.web.links import absolute_url


def list_hosted(blocks: Iterable[Block]) -> Mapping[str, HostedFile]:
    """Return what the blocks refer to and is there, by key, in one statement."""
    return {key: host(file) for key, file in list_files(_list_keys(blocks)).items()}


def _list_keys(blocks: Iterable[Block]) -> set[str]:
    texts = (text for block in blocks for texts in block.fields.values() for text in texts.values())
    return {key for text in texts if (key := find_key(text)) is not None}


def find_shown(campaign: Campaign, value: str) -> StoredFile | None:
    """Return the stored file that a field of `campaign` refers to; None for an address. One statement a page."""
    key = find_key(value)
    if key is None:
        return None
    kept: dict[str, StoredFile] = g.setdefault("stored_files", {})
    if key not in kept:
        kept.update(list_files({key, *_list_keys(campaign.blocks)}))
    return kept.get(key)


def host(file: StoredFile) -> HostedFile:
    """Return a stored file with its public address."""
    return HostedFile(
        url=absolute_url("files.show", key=file.key, extension=file.extension),
        type_name=file.type.name,
        size=file.size,
        width=file.width if file.is_picture else 0,
        height=file.height if file.is_picture else 0,
        is_transparent=file.is_transparent,
    )


def find_local_url(file: StoredFile) -> str:
    """Return the address of a stored file for our own pages, which load nothing from elsewhere."""
    return url_for("files.show", key=file.key, extension=file.extension)
