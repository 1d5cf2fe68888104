"""What channels and origins are called on pages."""

from outreach.dispatch.rules import Channel, Origin
from outreach.translation import lazy_gettext as _l

CHANNEL_LABELS = {
    Channel.EMAIL: _l("Correo electrónico"),
    Channel.WHATSAPP: _l("WhatsApp"),
    Channel.MICROSITE: _l("Micrositio"),
    Channel.TELEPHONE: _l("Teléfono"),
    Channel.OTHER: _l("Otro medio"),
}

ORIGIN_LABELS = {
    Origin.SYSTEM: _l("Sistema"),
    Origin.BY_HAND: _l("A mano"),
    Origin.IMPORTED: _l("Importado"),
}
