"""The web client shows as code, link, spoiler and mention what the server takes for such, in the corpus and in 50,000 other texts."""

import json
import secrets
import subprocess
import unicodedata
from pathlib import Path

import pytest

from appliance.messages import links, markup
from tests.markup_texts import texts

READER = Path(__file__).with_name("read_markup.mjs")
# Ten seeds that never change, and one that nobody has tried before; it is in the message of a failure.
SEEDS = (*range(10), secrets.randbits(32))
EACH = 5_000


def client(question: dict[str, list[str]]) -> dict[str, list[object]]:
    """What the client's own modules answer."""
    run = subprocess.run(
        ["node", str(READER)],
        input=json.dumps(question) + "\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answer: dict[str, list[object]] = json.loads(run.stdout)
    return answer


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: "new" if seed > max(SEEDS[:-1]) else str(seed))
def test_both_read_the_same_in_generated_texts(seed: int) -> None:
    generated = list(texts(seed, EACH))

    answer = client({"texts": generated})

    for text, their_runs, their_links in zip(generated, answer["texts"], answer["links"], strict=True):
        ours = [[run.kind, run.source, run.value, run.more] for run in markup.runs(text)]
        assert ours == their_runs, f"seed {seed}: {text!r}"
        # What a spoiler hides gets no preview.
        seen = [run.value for run in links.seen(text) if run.kind in {"link", "label"}]
        assert seen == their_links, f"seed {seed}: {text!r}"


def test_both_know_the_same_letters() -> None:
    # Python's Unicode is a little older: what it does not know yet is not in any text of today.
    known = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}]

    theirs = client({"characters": known})["words"]

    assert [
        sign for sign, is_word in zip(known, theirs, strict=True) if markup.is_word(sign) != is_word
    ] == []
