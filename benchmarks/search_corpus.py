"""A million messages as a household might have after years: several scripts, words as unevenly common as words are.

The words are made up of syllables, and how common each is follows Zipf's law (the n-th word is said 1/n as often as the first),
as it does in every language; so an index is as large and as uneven as one of real talk, without a word list that somebody owns.
"""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

CHANNELS, PEOPLE = 40, 30
GUILD = 1
_WORDS = 40_000
_FIRST_ID, _STEP = 4_000_000_000_000_000, 94_670 << 22
HALFWAY = _FIRST_ID + 500_000 * _STEP
"""A message every 95 seconds or so: a million in three years."""


class Language(NamedTuple):
    words: list[str]
    weights: list[float]
    gap: str

    def text(self, chance: random.Random, length: int) -> str:
        return self.gap.join(chance.choices(self.words, cum_weights=self.weights, k=length))


def language(seed: int, syllables: list[str], gap: str = " ", longest: int = 4) -> Language:
    """A language of these syllables."""
    chance = random.Random(seed)  # noqa: S311  the same each time
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        words["".join(chance.choices(syllables, k=chance.randint(1, longest)))] = None
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(_WORDS)))
    return Language(list(words), weights, gap)


@cache
def languages() -> dict[str, tuple[Language, float]]:
    """Each with its share of what is said."""
    latin = [a + b for a in (*"bdfghklmnprstvwz", "st", "sch", "th") for b in (*"aeiou", "ei", "au")]
    german = [*latin, "ä", "öß", "ün", "mü", "ße"]
    han = [chr(number) for number in range(0x4E00, 0x4E00 + 2500)]
    kana = [chr(number) for number in range(0x3042, 0x3094)]
    arabic = [chr(number) for number in range(0x0627, 0x064B) if number not in range(0x063B, 0x0641)]
    hindi = [chr(a) + b for a in range(0x0915, 0x0939) for b in ("", "\u093f", "\u0940", "\u0947", "\u094d")]
    return {
        "english": (language(1, latin), 0.46),
        "german": (language(2, german, longest=6), 0.31),
        "chinese": (language(3, han, "", longest=2), 0.08),
        "japanese": (language(4, kana + han[:800], "", longest=3), 0.07),
        "arabic": (language(5, arabic, longest=6), 0.05),
        "hindi": (language(6, hindi), 0.03),
    }


def rows(number: int) -> Iterator[tuple[int, int, int, str]]:
    """Id, channel, author and text of each message."""
    chance = random.Random(7)  # noqa: S311  the same each time
    spoken = languages()
    names, shares = list(spoken), list(itertools.accumulate(share for _, share in spoken.values()))
    channels = list(itertools.accumulate(1 / (rank + 1) ** 0.9 for rank in range(CHANNELS)))
    people = list(itertools.accumulate(1 / (rank + 1) ** 0.7 for rank in range(PEOPLE)))
    for index in range(number):
        name = chance.choices(names, cum_weights=shares)[0]
        # As long as messages are: half of them at most eight words.
        length = max(1, min(80, int(chance.lognormvariate(2.05, 0.85))))
        text = spoken[name][0].text(chance, length)
        if chance.random() < 0.04:
            text += f" https://{spoken['english'][0].text(chance, 1)}.example/{index}"
        if chance.random() < 0.06:
            text += chance.choice((" 👍", " 😂", " ❤️", " 👍🏽"))
        yield (
            _FIRST_ID + index * _STEP,
            channel_id(chance.choices(range(CHANNELS), cum_weights=channels)[0]),
            person_id(chance.choices(range(PEOPLE), cum_weights=people)[0]),
            text[:2000],
        )


def channel_id(index: int) -> int:
    return 1_000_000 + index


def person_id(index: int) -> int:
    return 2_000_000 + index


def fill(connection: sqlite3.Connection, number: int) -> int:
    """Write a household with so many messages into an empty database of the newest schema; the bytes of their texts."""
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO account (id, username, username_key, display_name, created_at) VALUES (?, ?, ?, ?, 0)",
        (
            (person_id(index), f"person{index}", f"person{index}", f"Person {index}")
            for index in range(PEOPLE)
        ),
    )
    connection.execute(
        "INSERT INTO guild (id, name, owner_id, created_at) VALUES (?, 'Home', ?, 0)", (GUILD, person_id(0))
    )
    connection.execute(
        "INSERT INTO role (id, guild_id, name, position, permissions) VALUES (?, ?, '@everyone', 0, ?)",
        (GUILD, GUILD, 1 << 10 | 1 << 11 | 1 << 16),
    )
    connection.executemany(
        "INSERT INTO member (guild_id, account_id, joined_at) VALUES (?, ?, 0)",
        ((GUILD, person_id(index)) for index in range(PEOPLE)),
    )
    connection.executemany(
        "INSERT INTO channel (id, guild_id, type, name, position) VALUES (?, ?, 0, ?, 0)",
        ((channel_id(index), GUILD, f"channel{index}") for index in range(CHANNELS)),
    )
    connection.executemany(
        "INSERT INTO message (id, channel_id, author_id, content) VALUES (?, ?, ?, ?)", rows(number)
    )
    connection.execute("COMMIT")
    [(size,)] = connection.execute("SELECT total(length(CAST(content AS BLOB))) FROM message").fetchall()
    return int(size)
