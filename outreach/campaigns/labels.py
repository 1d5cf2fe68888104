"""The words people read for states, languages and renditions."""

from babel.support import LazyProxy

from outreach.campaigns.rules import BlockType, CampaignState, Language, Rendition
from outreach.translation import lazy_gettext as _

STATE_LABELS: dict[CampaignState, LazyProxy] = {
    CampaignState.DRAFT: _("Borrador"),
    CampaignState.IN_REVIEW: _("En revisión"),
    CampaignState.APPROVED: _("Con visto bueno"),
    CampaignState.SCHEDULED: _("Programada"),
    CampaignState.SENDING: _("Enviando"),
    CampaignState.PAUSED: _("En pausa"),
    CampaignState.HELD: _("Retenida"),
    CampaignState.FINISHED: _("Terminada"),
    CampaignState.CANCELLED: _("Cancelada"),
}

# The colour that stands beside the word (web/_tables.html, badge).
STATE_TONES: dict[CampaignState, str] = {
    CampaignState.DRAFT: "neutral",
    CampaignState.IN_REVIEW: "working",
    CampaignState.APPROVED: "good",
    CampaignState.SCHEDULED: "good",
    CampaignState.SENDING: "working",
    CampaignState.PAUSED: "warning",
    CampaignState.HELD: "warning",
    CampaignState.FINISHED: "good",
    CampaignState.CANCELLED: "bad",
}

# A language is named in itself, whoever reads.
LANGUAGE_LABELS: dict[Language, str] = {Language.ES: "Español", Language.EN: "English"}

RENDITION_LABELS: dict[Rendition, LazyProxy] = {
    Rendition.ES: _("Solo español"),
    Rendition.EN: _("Solo inglés"),
    Rendition.BOTH: _("Los dos idiomas"),
}

BLOCK_LABELS: dict[BlockType, LazyProxy] = {
    BlockType.HEADING: _("Título"),
    BlockType.TEXT: _("Texto"),
    BlockType.IMAGE: _("Imagen"),
    BlockType.BUTTON: _("Botón"),
    BlockType.EVENT: _("Evento"),
    BlockType.NEWS: _("Noticia"),
    BlockType.QUOTE: _("Cita"),
    BlockType.DIVIDER: _("Línea divisoria"),
    BlockType.FILE: _("Archivo"),
}
