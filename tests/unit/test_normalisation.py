"""Normalising what strangers send: the same result as the standard library's, in a time that they do not choose."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.normalisation import LONGEST_RUN, nfc, nfd

MARKS = "\u0301\u0316\u0323\u05b0\u0f73\u0f75"


@given(st.text(max_size=200))
def test_ordinary_text_is_what_the_standard_library_makes_of_it(text: str) -> None:
    if not any(unicodedata.combining(sign) for sign in text):
        assert nfc(text) == unicodedata.normalize("NFC", text)
        assert nfd(text) == unicodedata.normalize("NFD", text)


@given(st.text(st.sampled_from("ae" + MARKS), max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert nfd(nfc(text)).count("a") == text.count("a")


def test_a_vietnamese_word_is_one_however_it_was_typed() -> None:
    assert nfc("Việt " * 20) == nfc(unicodedata.normalize("NFD", "Việt " * 20)) == "Việt " * 20


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301" * 40_000 + "\u0316" * 40_000,
        "a" + "\u0301\u0316" * 40_000,
        "\u0316\u0301" * 40_000,
        "\u0f73\u0f75" * 40_000,
        "\u0344\u0316" * 40_000,
        "\uac00\u11a8" * 40_000,
        "\ufdfa" * 80_000,
    ],
    ids=ascii,
)
def test_eighty_thousand_marks_cost_what_eighty_thousand_letters_cost(text: str) -> None:
    began = time.thread_time()

    safe = nfc(text)
    nfd(text)

    # The standard library alone takes ten seconds for the first of them.
    assert time.thread_time() - began < 1.0
    assert safe.replace("\u034f", "") != ""


def test_no_run_is_longer_than_the_stream_safe_format_allows() -> None:
    safe = nfc("a" + "\u0301\u0316" * 100)

    longest = run = 0
    for sign in safe:
        run = run + 1 if unicodedata.combining(sign) else 0
        longest = max(longest, run)
    assert longest <= LONGEST_RUN
