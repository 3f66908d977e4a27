"""What somebody typed, and that none of it reaches FTS5 as it is."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid
from appliance.search import parameters
from appliance.search.parameters import Parameters
from appliance.search.phrases import MOST, MOST_WORDS, TooManyWords, parse

SPECIAL = st.sampled_from("\"'“”*()^-+:{}[],.;ANDORNTEa b\n\t\x00\ue000ä東京のไทyüue")
TYPED = st.text(SPECIAL | st.characters(), max_size=60)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE search USING fts5 (body, tokenize='ascii')")
        yield connection


def test_words_phrases_and_a_beginning() -> None:
    expressions = [
        [phrase.expression() for phrase in phrases] for phrases in parse('The "hot soup" foo_bar kit')
    ]

    assert expressions == [['"the"'], ['"hot soup"'], ['"foo bar"'], ['"kit" *']]


@pytest.mark.parametrize(
    ("typed", "expressions"),
    [
        ("müller", ['"muller" *', '"mueller" *']),
        ("mueller x", ['"mueller"', '"muller"']),
        ("東京", ['"東京"']),
        ("東", ['"東" *']),
        ("東京タワー", ['"東京 京タ タワ ワー"']),
        ("ab", ['"ab"']),
        ("kit ", ['"kit"']),
        ('"kit"', ['"kit"']),
        ('"kit', ['"kit"']),
        ("„kit“", ['"kit"']),
        ("👍🏽", ['"👍"']),
        ("don't", ['"don t"']),
    ],
)
def test_a_word_in_its_spellings(typed: str, expressions: list[str]) -> None:
    assert [phrase.expression() for phrase in parse(typed)[0]] == expressions


@pytest.mark.parametrize("typed", ["", "…", '""', "* ^ ( )", "\ue000"])
def test_nothing_is_left_of_what_is_no_word(typed: str) -> None:
    assert parse(typed) == ()


def test_too_many_words_are_refused() -> None:
    assert len(parse("a " * MOST)) == MOST
    with pytest.raises(TooManyWords):
        parse("a " * (MOST + 1))
    with pytest.raises(TooManyWords):
        parse("東京" * MOST_WORDS)


@given(TYPED)
def test_what_was_typed_is_always_a_question_that_fts5_understands(
    index: sqlite3.Connection, typed: str
) -> None:
    try:
        found = parse(typed)
    except TooManyWords:
        return

    for phrases in found:
        for phrase in phrases:
            assert re.fullmatch(r'"[^"]+"( \*)?', phrase.expression())
            index.execute("SELECT rowid FROM search WHERE search MATCH ?", (phrase.expression(),)).fetchall()
            assert phrase.stands_in(f" {' '.join(phrase.words)} ")


NAMES = st.sampled_from(
    [
        "content",
        "author_id",
        "mentions",
        "mention_everyone",
        "has",
        "pinned",
        "channel_id",
        "min_id",
        "max_id",
        "sort_by",
        "sort_order",
        "limit",
        "offset",
        "hearth_cursor",
        "slop",
        "has[]",
        "nonsense",
    ]
)
VALUES = st.sampled_from(
    [
        "link",
        "-image",
        "true",
        "false",
        "0",
        "25",
        "26",
        "-1",
        "timestamp",
        "relevance",
        "asc",
        "desc",
        "9999999999999999999",
        "³",
        "1e3",
        "+5",
    ]
)


@given(st.lists(st.tuples(NAMES, VALUES | TYPED), max_size=8))
def test_any_address_is_understood_or_refused(sent: list[tuple[str, str]]) -> None:
    with contextlib.suppress(Invalid):
        assert isinstance(parameters.parse(sent), Parameters)
