"""Messages to test with: one of each template, every block type in use, all people and places invented."""

from collections.abc import Mapping
from dataclasses import replace

from outreach.campaigns.blocks import read_block
from outreach.campaigns.composition import Composition, Identity, Piece, Words
from outreach.campaigns.rules import Language

IDENTITY = Identity(
    name={"es": "Instituto Electoral de la Ciudad de México", "en": "Mexico City Electoral Institute"},
    postal_address="Calle de la Muestra 25, Tlalpan, 14386, Ciudad de México",
    privacy_url={"es": "https://www.example.org/privacidad", "en": "https://www.example.org/en/privacy"},
    privacy_text={
        "es": "Guardamos su correo solo para enviarle lo que pidió.",
        "en": "We keep your address only to send you what you asked for.",
    },
    website="https://www.example.org",
    sender_name="Voto Chilango",
)


def make_piece(block: str, **fields: str | tuple[str, str]) -> Piece:
    """Make a block whose fields are (Spanish, English), or one text for both."""
    raw: dict[str, object] = {
        name: value if isinstance(value, str) else {"es": value[0], "en": value[1]} for name, value in fields.items()
    }
    return Piece(*read_block({"type": block, **raw}, 1))


def make_composition(
    template: str, *pieces: Piece, subject: tuple[str, str], preheader: tuple[str, str]
) -> Composition:
    """Make a message in both languages."""
    words = {
        language: Words(subject[place], preheader[place]) for place, language in enumerate((Language.ES, Language.EN))
    }
    return Composition(template, words, pieces, IDENTITY)


def keep_language(composition: Composition, language: Language) -> Composition:
    """Take the other language out of a message."""
    pieces = tuple(
        replace(
            piece,
            fields={
                name: {key: text for key, text in texts.items() if key == language}
                for name, texts in piece.fields.items()
            },
        )
        for piece in composition.pieces
    )
    return replace(composition, words={language: composition.words[language]}, pieces=pieces)


BULLETIN = make_composition(
    "corazon-chilango",
    make_piece(
        "text",
        text=(
            (
                "Hola, {{nombre|vecina, vecino}}:\n\nEn marzo las jacarandas pintan la ciudad. Te contamos **qué "
                "pasa por acá** y cómo tomar parte desde {{pais|donde estás}}:\n\n- el taller,\n- la consulta de "
                "presupuesto,\n- y la [guía para votar desde lejos](https://www.example.org/guia?mes=3&tema=voto)."
            ),
            (
                "Hello {{nombre|neighbour}},\n\nIn March the jacarandas turn the city violet. Here is **what is on** "
                "and how to take part from {{pais|wherever you are}}:\n\n- the workshop,\n- the budget consultation,"
                "\n- and the [guide to voting from afar](https://www.example.org/en/guide?month=3&topic=vote)."
            ),
        ),
    ),
    make_piece(
        "image",
        url="https://www.example.org/jacarandas.jpg",
        alt=("Una avenida cubierta de flores de jacaranda", "An avenue covered with jacaranda blossom"),
        caption=("Avenida de los Ensayos, en marzo.", "Avenida de los Ensayos in March."),
    ),
    make_piece("heading", text=("Para tu agenda", "For your diary")),
    make_piece(
        "event",
        title=("Taller: tu voto cuenta desde lejos", "Workshop: your vote counts from afar"),
        date=(
            "Jueves 12 de marzo, 18:00 (hora de la Ciudad de México, UTC−6)",
            "Thursday 12 March, 6 pm (Mexico City time, UTC−6)",
        ),
        place=("En línea, sin costo", "Online, free of charge"),
        text=("Habrá interpretación en lengua de señas.", "With sign language interpreting."),
        url=("https://www.example.org/taller", "https://www.example.org/en/workshop"),
    ),
    make_piece(
        "button",
        label=("Quiero participar", "I want to take part"),
        url=("https://www.example.org/registro", "https://www.example.org/en/register"),
    ),
    make_piece("divider"),
    make_piece("heading", text=("Noticias de la ciudad", "News from the city")),
    make_piece(
        "news",
        title=("Abre la biblioteca del barrio", "The neighbourhood library opens"),
        text=(
            "Veinte mil libros, un patio con fresnos y horario hasta las nueve de la noche.",
            "Twenty thousand books, a courtyard with ash trees, and doors open until nine.",
        ),
        url=("https://www.example.org/biblioteca", "https://www.example.org/en/library"),
    ),
    make_piece(
        "quote",
        text=(
            "Voté desde Chicago en la mesa de mi cocina, con el café servido.",
            "I voted from Chicago at my kitchen table, with the coffee poured.",
        ),
        author=("Marisol, integrante de la comunidad", "Marisol, member of the community"),
    ),
    make_piece(
        "file",
        label=("Calendario de marzo (PDF)", "March calendar (PDF)"),
        url=("https://www.example.org/marzo.pdf", "https://www.example.org/en/march.pdf"),
    ),
    subject=("Marzo en la ciudad: jacarandas y urnas", "March in the city: jacarandas and ballots"),
    preheader=("Un taller, una consulta y una buena noticia.", "A workshop, a consultation and some good news."),
)

CALL = make_composition(
    "convocatoria",
    make_piece("heading", text=("Observa la consulta de 2026", "Observe the 2026 consultation")),
    make_piece(
        "text",
        text=(
            (
                "{{tratamiento|Estimada persona integrante}} {{nombre}}:\n\nBuscamos a **120 personas** que observen "
                "la consulta de presupuesto participativo. No hace falta experiencia."
            ),
            (
                "Dear {{nombre|member}},\n\nWe are looking for **120 people** to observe the participatory budget "
                "consultation. No experience is needed."
            ),
        ),
    ),
    make_piece(
        "event",
        title=("Cierre del registro", "Registration closes"),
        date=(
            "Viernes 27 de marzo de 2026, 18:00 (hora de la Ciudad de México, UTC−6)",
            "Friday 27 March 2026, 6 pm (Mexico City time, UTC−6)",
        ),
        place=("En línea", "Online"),
    ),
    make_piece(
        "button",
        label=("Registrar mi solicitud", "Register my application"),
        url=("https://www.example.org/observa", "https://www.example.org/en/observe"),
    ),
    make_piece("heading", text=("Qué necesitas", "What you need")),
    make_piece(
        "text",
        text=(
            "1. Ser mayor de edad.\n2. Una identificación vigente.\n3. Tomar el [curso en línea](https://www.example.org/curso).",
            "1. To be of age.\n2. A valid identification.\n3. To take the [online course](https://www.example.org/en/course).",
        ),
    ),
    make_piece("divider"),
    make_piece(
        "quote",
        text=("Mirar con cuidado también es participar.", "To watch with care is to take part."),
        author=("Red de Observación", "Observation Network"),
    ),
    make_piece(
        "file",
        label=("Bases de la convocatoria (PDF)", "Terms of the call (PDF)"),
        url=("https://www.example.org/bases.pdf", "https://www.example.org/en/terms.pdf"),
    ),
    subject=("Convocatoria: observa la consulta de 2026", "Call: observe the 2026 consultation"),
    preheader=("El registro cierra el viernes 27 de marzo.", "Registration closes on Friday 27 March."),
)

PULSE = make_composition(
    "pulso-migrante",
    make_piece(
        "text",
        text=("Hola, {{nombre|qué gusto saludarte}}. Tres noticias y una fecha.", "Hello. Three stories and one date."),
    ),
    make_piece(
        "news",
        title=("El registro para votar sigue abierto", "Registration to vote remains open"),
        text=(
            "Se hace en línea y toma ocho minutos. Ten a la mano tu credencial.",
            "It is done online and takes eight minutes. Have your card at hand.",
        ),
        url=("https://www.example.org/registro", "https://www.example.org/en/register"),
    ),
    make_piece(
        "news",
        title=("Nuevo consulado móvil en Los Ángeles", "New mobile consulate in Los Angeles"),
        text=("Atiende los sábados de marzo, **sin cita**.", "Open on Saturdays in March, **no appointment**."),
    ),
    make_piece(
        "news",
        title=("Beca para estudiar desde fuera", "A grant to study from abroad"),
        text=("Cien lugares para bachillerato en línea.", "One hundred places for secondary school online."),
        url=("https://www.example.org/beca", "https://www.example.org/en/grant"),
    ),
    make_piece(
        "event",
        title=("Charla con paisanas en Madrid", "A talk with fellow citizens in Madrid"),
        date=(
            "Sábado 14 de marzo, 12:00 (hora de la Ciudad de México, UTC−6)",
            "Saturday 14 March, noon (Mexico City time, UTC−6)",
        ),
        place=("Casa de la Muestra, Madrid", "Casa de la Muestra, Madrid"),
    ),
    make_piece(
        "quote",
        text=("La distancia también vota.", "Distance votes too."),
        author=("Lectora en Toronto", "A reader in Toronto"),
    ),
    make_piece(
        "button",
        label=("Ver todas las fechas", "See all the dates"),
        url=("https://www.example.org/fechas", "https://www.example.org/en/dates"),
    ),
    subject=("Tres noticias para tu quincena", "Three stories for your fortnight"),
    preheader=("Registro, consulado móvil y becas.", "Registration, mobile consulate and grants."),
)

SAMPLES: Mapping[str, Composition] = {sample.template: sample for sample in (BULLETIN, CALL, PULSE)}
