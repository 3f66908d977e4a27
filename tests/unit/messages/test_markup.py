"""What a text consists of: the corpus, that no sign is lost, and that no text takes long."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.messages import markup, mentions
from tests.markup_texts import texts

CORPUS = json.loads((Path(__file__).parents[2] / "fixtures/markup.json").read_text(encoding="utf-8"))
LONGEST = 2000

# Each is repeated to the length of a message, so that whatever begins in it does not end.
HOSTILE = (
    "`", "` ", "`a``b```c", "```a", "[", "[a](", "[a](https://x(", "(", "]", ">", "> ", "> \n", "\n", " \n", "- ", "1. ",
    " ", "\t", "#", "# ", "1", "\\", "\\`", "*", "*a ", "**a _b ", "_", "~~", "||", "||a", "@", "@everyone", "<", "<@1",
    "<@1>", "<t:1", "<:a", "https://", "https://a", "https://a)", "https://a.", "xhttps://a", "mailto:a", "[x](https://a)",
    "\u0301", "\u202e", "🎉",
)  # fmt: skip


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: repr(entry["text"]))
def test_the_corpus_is_read_as_it_says(entry: dict[str, object]) -> None:
    text = str(entry["text"])

    read = list(markup.runs(text))

    named = mentions.parse(text)
    channels = sorted({run.value for run in read if run.kind == "channel"})
    assert [[run.kind, run.source] for run in read] == entry["runs"]
    assert [run.value for run in read if run.kind in {"code", "fence"}] == entry["code"]
    assert entry["mentions"] == {
        "users": [str(id_) for id_ in sorted(named.users)],
        "roles": [str(id_) for id_ in sorted(named.roles)],
        "channels": channels,
        "everyone": named.everyone,
    }


def test_the_corpus_is_large_and_has_no_text_twice() -> None:
    assert len({entry["text"] for entry in CORPUS}) == len(CORPUS) >= 250


@given(st.integers(0, 2**32).map(lambda seed: next(texts(seed, 1))) | st.text())
def test_the_runs_are_the_text(text: str) -> None:
    assert "".join(run.source for run in markup.runs(text)) == text


@given(st.integers(0, 2**32).map(lambda seed: next(texts(seed, 1))))
def test_what_stands_in_a_block_of_code_calls_nobody(text: str) -> None:
    text = text.replace("`", "")

    assert not mentions.parse(f"```\n{text}.\n```")


@pytest.mark.parametrize("part", HOSTILE)
def test_no_text_takes_long(part: str) -> None:
    def seconds(length: int) -> float:
        text = (part * length)[:length]
        began = time.process_time()
        for _ in markup.runs(text):
            pass
        return time.process_time() - began

    # The best of three: a slow moment of the machine is not the text's fault.
    once, tenfold = (min(seconds(length) for _ in range(3)) for length in (LONGEST, 10 * LONGEST))
    assert once < 0.02
    # Ten times the text is ten times the work; the square of it would be a hundred times. Below a millisecond is noise.
    assert tenfold < 30 * max(once, 0.001)
