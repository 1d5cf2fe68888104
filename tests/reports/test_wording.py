import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.reports.wording import LARGEST, Noun, agree, write_figures, write_number, write_words

MAIL = Noun("correo electrónico", "correos electrónicos")
PERSON = Noun("persona", "personas", is_feminine=True)
E_MAIL = Noun("e-mail", "e-mails")


@pytest.mark.parametrize(
    ("number", "alone", "mails", "people"),
    [
        (0, "cero", "cero", "cero"),
        (1, "uno", "un", "una"),
        (9, "nueve", "nueve", "nueve"),
        (16, "dieciséis", "dieciséis", "dieciséis"),
        (21, "veintiuno", "veintiún", "veintiuna"),
        (22, "veintidós", "veintidós", "veintidós"),
        (23, "veintitrés", "veintitrés", "veintitrés"),
        (26, "veintiséis", "veintiséis", "veintiséis"),
        (31, "treinta y uno", "treinta y un", "treinta y una"),
        (100, "cien", "cien", "cien"),
        (101, "ciento uno", "ciento un", "ciento una"),
        (121, "ciento veintiuno", "ciento veintiún", "ciento veintiuna"),
        (188, "ciento ochenta y ocho", "ciento ochenta y ocho", "ciento ochenta y ocho"),
        (200, "doscientos", "doscientos", "doscientas"),
        (501, "quinientos uno", "quinientos un", "quinientas una"),
        (777, "setecientos setenta y siete", "setecientos setenta y siete", "setecientas setenta y siete"),
        (916, "novecientos dieciséis", "novecientos dieciséis", "novecientas dieciséis"),
        (999, "novecientos noventa y nueve", "novecientos noventa y nueve", "novecientas noventa y nueve"),
        (1_000, "mil", "mil", "mil"),
        (1_001, "mil uno", "mil un", "mil una"),
        (2_021, "dos mil veintiuno", "dos mil veintiún", "dos mil veintiuna"),
        (21_000, "veintiún mil", "veintiún mil", "veintiún mil"),
        (31_031, "treinta y un mil treinta y uno", "treinta y un mil treinta y un", "treinta y un mil treinta y una"),
        (100_000, "cien mil", "cien mil", "cien mil"),
        (101_000, "ciento un mil", "ciento un mil", "ciento un mil"),
        (200_500, "doscientos mil quinientos", "doscientos mil quinientos", "doscientas mil quinientas"),
        (300_001, "trescientos mil uno", "trescientos mil un", "trescientas mil una"),
        (
            521_121,
            "quinientos veintiún mil ciento veintiuno",
            "quinientos veintiún mil ciento veintiún",
            "quinientas veintiún mil ciento veintiuna",
        ),
        (
            999_999,
            "novecientos noventa y nueve mil novecientos noventa y nueve",
            "novecientos noventa y nueve mil novecientos noventa y nueve",
            "novecientas noventa y nueve mil novecientas noventa y nueve",
        ),
        (1_000_000, "un millón", "un millón de", "un millón de"),
    ],
)
def test_spanish_numbers_agree_with_what_they_count(number: int, alone: str, mails: str, people: str) -> None:
    assert write_words(number, "es") == alone
    assert agree(number, MAIL, "es") == mails
    assert agree(number, PERSON, "es") == people


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (1, "one"),
        (12, "twelve"),
        (40, "forty"),
        (88, "eighty-eight"),
        (100, "one hundred"),
        (188, "one hundred eighty-eight"),
        (1_001, "one thousand one"),
        (999_999, "nine hundred ninety-nine thousand nine hundred ninety-nine"),
        (1_000_000, "one million"),
    ],
)
def test_english_numbers_are_written_out(number: int, words: str) -> None:
    assert write_words(number, "en") == words
    assert agree(number, E_MAIL, "en") == words


@pytest.mark.parametrize(
    ("number", "spanish", "english"),
    [(9, "nueve", "nine"), (10, "10", "10"), (188, "188", "188"), (1_204, "1,204", "1,204"), (1, "un", "one")],
)
def test_numbers_are_words_below_ten_and_figures_from_ten(number: int, spanish: str, english: str) -> None:
    assert write_number(number, MAIL, "es", in_words=True) == spanish
    assert write_number(number, E_MAIL, "en", in_words=True) == english


def test_figures_have_the_separators_of_mexico_and_a_million_takes_de() -> None:
    assert write_figures(12_345, "es") == "12,345"
    assert write_number(3, MAIL, "es", in_words=False) == "3"
    assert write_number(1_000_000, MAIL, "es", in_words=False) == "1,000,000 de"


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        write_words(number, "es")


_SPANISH = {write_words(n, "es"): n for n in [*range(31), *range(40, 100, 10), *range(100, 1000, 100)]}
_SPANISH |= {"ciento": 100, "veintiún": 21, "un": 1, "mil": 1000, "millón": LARGEST}
_ENGLISH = {write_words(n, "en"): n for n in [*range(21), *range(30, 100, 10)]}
_ENGLISH |= {"hundred": 100, "thousand": 1000, "million": LARGEST}


def _read_spanish(words: str) -> int:
    """Add what stands below a thousand; «mil» and «millón» multiply what stands before them."""
    total = below = 0
    for word in words.split():
        if word in {"mil", "millón"}:
            total, below = (total + (below or 1)) * _SPANISH[word], 0
        elif word != "y":
            below += _SPANISH[word]
    return total + below


def _read_english(words: str) -> int:
    total = below = 0
    for word in words.replace("-", " ").split():
        if word in {"thousand", "million"}:
            total, below = (total + below) * _ENGLISH[word], 0
        elif word == "hundred":
            below *= 100
        else:
            below += _ENGLISH[word]
    return total + below


@given(st.integers(0, LARGEST))
def test_any_number_in_words_reads_back(number: int) -> None:
    assert _read_spanish(write_words(number, "es")) == number
    assert _read_english(write_words(number, "en")) == number


@given(st.integers(1, LARGEST - 1))
def test_before_a_noun_only_the_gender_and_the_final_uno_change(number: int) -> None:
    alone, mails, people = write_words(number, "es"), agree(number, MAIL, "es"), agree(number, PERSON, "es")
    assert not mails.endswith("uno")
    assert _read_spanish(mails) == number
    assert people.replace("cientas", "cientos").replace("quinientas", "quinientos").replace("una", "uno") == alone


def test_all_numbers_differ_in_words() -> None:
    every = range(0, LARGEST + 1, 7)
    assert len({write_words(number, "es") for number in every}) == len(every)
