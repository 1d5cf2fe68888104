"""Numbers in words, Spanish and English, agreeing with what they count.

Spanish follows the Ortografía de la lengua española (2010) of the academies: one word up to thirty, «y» between tens
and units, «uno» shortened before a masculine noun and before «mil», hundreds in the noun's gender, «de» after an even
million.
"""

from dataclasses import dataclass

from babel.numbers import format_decimal

from outreach.translation import LOCALES

LARGEST = 1_000_000
# Figures from ten on, words below: the reports' habit.
_FIRST_IN_FIGURES = 10
_HUNDRED = 100
_THOUSAND = 1_000

# fmt: off
_SPANISH_TO_TWENTY_NINE = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
    "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno",
    "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho",
    "veintinueve",
)
_SPANISH_TENS = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_SPANISH_HUNDREDS = (
    "", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos",
    "ochocientos", "novecientos",
)
_ENGLISH_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted, in one language; `is_feminine` matters to Spanish only."""

    one: str
    many: str
    is_feminine: bool = False

    def form(self, number: int) -> str:
        """Return the form that `number` asks for."""
        return self.one if number == 1 else self.many


def write_figures(number: int, language: str) -> str:
    """Write in figures with the locale's separators: 188, 1,204."""
    figures: str = format_decimal(number, locale=LOCALES[language])
    return figures


def write_words(number: int, language: str) -> str:
    """Write in words, standing alone («veintiuno»); raise ValueError outside 0 to 1,000,000."""
    if not 0 <= number <= LARGEST:
        message = f"{number} is outside 0 to {LARGEST}"
        raise ValueError(message)
    return _spanish(number) if language == "es" else _english(number)


def write_number(number: int, noun: Noun, language: str, *, in_words: bool) -> str:
    """Write the number that stands before `noun`: in figures, or in words below ten and figures from ten."""
    if not in_words or number >= _FIRST_IN_FIGURES:
        figures = write_figures(number, language)
        return f"{figures} de" if language == "es" and _takes_de(number) else figures
    return agree(number, noun, language)


def agree(number: int, noun: Noun, language: str) -> str:
    """Write the words of `number` as they stand before `noun`: «un», «veintiuna», «un millón de»."""
    words = write_words(number, language)
    if language != "es":
        return words
    if _takes_de(number):
        return f"{words} de"
    return _make_feminine(number) if noun.is_feminine else _shorten(words)


def _takes_de(number: int) -> bool:
    return number > 0 and number % LARGEST == 0


def _spanish(number: int) -> str:
    if number == LARGEST:
        return "un millón"
    thousands, rest = divmod(number, _THOUSAND)
    if not thousands:
        return _spanish_below_thousand(rest)
    before = "mil" if thousands == 1 else f"{_shorten(_spanish_below_thousand(thousands))} mil"
    return f"{before} {_spanish_below_thousand(rest)}" if rest else before


def _spanish_below_thousand(number: int) -> str:
    if number == _HUNDRED:
        return "cien"
    hundreds, rest = divmod(number, _HUNDRED)
    parts = [_SPANISH_HUNDREDS[hundreds]] if hundreds else []
    if rest or not hundreds:
        parts.append(_spanish_below_hundred(rest))
    return " ".join(parts)


def _spanish_below_hundred(number: int) -> str:
    if number < len(_SPANISH_TO_TWENTY_NINE):
        return _SPANISH_TO_TWENTY_NINE[number]
    tens, units = divmod(number, 10)
    return f"{_SPANISH_TENS[tens]} y {_SPANISH_TO_TWENTY_NINE[units]}" if units else _SPANISH_TENS[tens]


def _shorten(words: str) -> str:
    """Drop the final o of «uno»; «veintiún» gains its accent."""
    if words.endswith("veintiuno"):
        return f"{words.removesuffix('veintiuno')}veintiún"
    return words.removesuffix("o") if words.endswith("uno") else words


def _make_feminine(number: int) -> str:
    """Put hundreds and the final «uno» in the feminine; «un mil» stays short («veintiún mil personas»)."""
    words = _spanish(number).replace("cientos", "cientas").replace("quinientos", "quinientas")
    return f"{words.removesuffix('uno')}una" if words.endswith("uno") else words


def _english(number: int) -> str:
    if number == LARGEST:
        return "one million"
    thousands, rest = divmod(number, _THOUSAND)
    parts = [f"{_english_below_thousand(thousands)} thousand"] if thousands else []
    if rest or not thousands:
        parts.append(_english_below_thousand(rest))
    return " ".join(parts)


def _english_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    parts = [f"{_ENGLISH_TO_NINETEEN[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        parts.append(_english_below_hundred(rest))
    return " ".join(parts)


def _english_below_hundred(number: int) -> str:
    if number < len(_ENGLISH_TO_NINETEEN):
        return _ENGLISH_TO_NINETEEN[number]
    tens, units = divmod(number, 10)
    return f"{_ENGLISH_TENS[tens]}-{_ENGLISH_TO_NINETEEN[units]}" if units else _ENGLISH_TENS[tens]
