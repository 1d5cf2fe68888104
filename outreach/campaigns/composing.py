"""A campaign as its renderer reads it, and what its checks find."""

from outreach.campaigns.calendars import make_calendar_url
from outreach.campaigns.events import read_times
from outreach.campaigns.hosting import list_hosted
from outreach.campaigns.models import Block, Campaign, Institution
from outreach.campaigns.queries import get_institution
from outreach.campaigns.rendering import Composition, Identity, Piece, Words
from outreach.campaigns.rules import BlockType, Language


def compose(campaign: Campaign) -> Composition:
    """Return the content of `campaign` with the institution's identity, in the languages it is written in."""
    words = {Language(version.language): Words(version.subject, version.preheader) for version in campaign.versions}
    return Composition(
        template=campaign.template,
        words=words,
        pieces=tuple(
            Piece(
                BlockType(block.type),
                {
                    name: {language: text for language, text in texts.items() if language in words}
                    for name, texts in block.fields.items()
                },
                _list_calendars(block),
            )
            for block in campaign.blocks
        ),
        identity=_identify(get_institution(), campaign.sender.name),
        hosted=list_hosted(campaign.blocks),
    )


def _list_calendars(block: Block) -> dict[str, str]:
    times = read_times(block.fields) if block.type == BlockType.EVENT else None
    if times is None or times.is_backwards:
        return {}
    return {language.value: make_calendar_url(block, language) for language in Language}


def _identify(institution: Institution, sender_name: str) -> Identity:
    return Identity(
        name={Language.ES: institution.name_es, Language.EN: institution.name_en},
        postal_address=institution.postal_address,
        privacy_url={Language.ES: institution.privacy_url_es, Language.EN: institution.privacy_url_en},
        privacy_text={Language.ES: institution.privacy_text_es, Language.EN: institution.privacy_text_en},
        website=institution.website,
        sender_name=sender_name,
    )
