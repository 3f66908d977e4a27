"""Random searches beside a plain look at every message: edits, deletions, hidden channels, cursors, and an index that lags behind."""

import random
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from appliance.events import Bus
from appliance.ids import MAX_ID, AccountId, ChannelId, MessageId
from appliance.search.entry import HAS, author_label, mention_label
from appliance.search.finding import Found, Order, Wanted, find
from appliance.search.indexing import BATCH, Indexer
from appliance.search.phrases import parse
from appliance.storage import Database
from appliance.text.folding import tokens

pytestmark = pytest.mark.anyio

SEED = 20260311
PEOPLE, CHANNELS, MESSAGES, SEARCHES = 6, 8, 2000, 320
WORDS = [
    "the",
    "die",
    "Straße",
    "strasse",
    "kitchen",
    "Küche",
    "kueche",
    "boiler",
    "BOILER",
    "plan",
    "müde",
    "日本",
    "東京タワー",
    "私は",
    "行く",
    "の",
    "क्या",
    "हिन्दी",
    "وال",
    "مُحَمَّد",
    "don't",
    "foo_bar-baz",
    "MYSQL_threads",
    "😂",
    "👍🏽",
    "IMG_2024.jpg",
    "https://example.org/a",
    "ok",
    "no",
    "yes",
    "a",
    "b",
    "Ελλάδα",
    "ไทยดี",
    "été",
]
TYPED = [
    *WORDS, "boil", "kit", "東", "京タ", "タワー", "行", "foo bar", '"foo bar"', '"bar foo"', '"the kitchen"', "plan ok no",
    "strasse the", '"日本 東京"', "hindi", "zzz", "mue", "thr", "“the boiler”", "NEAR(a b)", "a OR b", "foo*", "mysql th",
]  # fmt: skip


class Said(msgspec.Struct):
    """A message as the test knows it."""

    id: int
    channel: int
    author: int
    content: str
    mentions: int | None
    is_pinned: bool


class Household:
    """Messages in a database, and the same ones in a dictionary."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self.database = database
        self.chance = chance
        self.said: dict[int, Said] = {}
        self.people: list[AccountId] = []
        self.channels: list[ChannelId] = []

    async def furnish(self) -> None:
        async with self.database.transaction() as tx:
            for number in range(PEOPLE):
                self.people.append(AccountId(tx.new_id()))
                await tx.run(
                    "INSERT INTO account (id, username, username_key, display_name, created_at)"
                    " VALUES (:id, :name, :name, :name, 0)",
                    id=self.people[-1], name=f"person{number}",
                )  # fmt: skip
            await tx.run(
                "INSERT INTO guild (id, name, owner_id, created_at) VALUES (1, 'Home', :owner, 0)",
                owner=self.people[0],
            )
            for number in range(CHANNELS):
                self.channels.append(ChannelId(tx.new_id()))
                await tx.run(
                    "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, 1, 0, :name, 0)",
                    id=self.channels[-1], name=f"channel{number}",
                )  # fmt: skip

    async def find(self, wanted: Wanted) -> Found:
        return await self.database.read_in_thread(partial(find, wanted=wanted))

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 7)))

    async def say(self, number: int) -> None:
        async with self.database.transaction() as tx:
            for _ in range(number):
                one = Said(
                    tx.new_id(),
                    self.chance.choice(self.channels),
                    self.chance.choice(self.people),
                    self.words(),
                    self.chance.choice([None, None, *self.people]),
                    self.chance.random() < 0.03,
                )
                await tx.run(
                    "INSERT INTO message (id, channel_id, author_id, content, pinned_at)"
                    " VALUES (:id, :channel, :author, :content, :pinned)",
                    id=one.id, channel=one.channel, author=one.author, content=one.content,
                    pinned=1 if one.is_pinned else None,
                )  # fmt: skip
                if one.mentions is not None:
                    await tx.run(
                        "INSERT INTO mention (account_id, channel_id, message_id, by_name, counted)"
                        " VALUES (:who, :channel, :id, 1, 1)",
                        who=one.mentions, channel=one.channel, id=one.id,
                    )  # fmt: skip
                self.said[one.id] = one

    async def change(self) -> None:
        """Edits and deletions, old and new, and now and then all of a channel."""
        async with self.database.transaction() as tx:
            for id_ in self.chance.sample(sorted(self.said), 12):
                if self.chance.random() < 0.5:
                    del self.said[id_]
                    await tx.run("DELETE FROM message WHERE id = :id", id=id_)
                else:
                    self.said[id_].content = self.words()
                    await tx.run(
                        "UPDATE message SET content = :content WHERE id = :id",
                        id=id_, content=self.said[id_].content,
                    )  # fmt: skip
            if self.chance.random() < 0.08:
                channel = self.chance.choice(self.channels)
                await tx.run("DELETE FROM message WHERE channel_id = :id", id=channel)
                self.said = {id_: one for id_, one in self.said.items() if one.channel != channel}

    def wanted(self) -> tuple[Wanted, str, int | None, int | None]:
        """Something to look for, with what was typed, the author and the mentioned one in it."""
        chance, ids = self.chance, sorted(self.said)
        typed = chance.choice([*TYPED, " ".join(chance.choices(TYPED, k=2))])
        author = chance.choice([None, None, None, *self.people])
        mentioned = chance.choice([*[None] * 12, *self.people])
        seen = chance.sample(self.channels, chance.choice([1, 2, CHANNELS // 2, CHANNELS - 1, CHANNELS]))
        labels = [frozenset({author_label(author)})] if author else []
        labels += [frozenset({mention_label(mentioned)})] if mentioned else []
        first = chance.choice([0, 0, 0, chance.choice(ids)])
        return (
            Wanted(
                phrases=parse(typed),
                any_of=tuple(labels),
                none_of=frozenset({HAS["link"]}) if chance.random() < 0.2 else frozenset(),
                pinned=chance.choice([None, None, None, None, True, False]),
                readable={
                    channel: MessageId(first if index == 0 else 0) for index, channel in enumerate(seen)
                },
                after=MessageId(chance.choice([-1, -1, chance.choice(ids)])),
                before=MessageId(chance.choice([MAX_ID, MAX_ID, chance.choice(ids)])),
                order=chance.choice([Order.NEWEST, Order.NEWEST, Order.OLDEST]),
                limit=chance.choice([1, 5, 25]),
            ),
            typed,
            author,
            mentioned,
        )

    def expected(self, wanted: Wanted, typed: str, author: int | None, mentioned: int | None) -> list[int]:
        """All hits in their order, by looking at each message."""
        hits = [
            one.id
            for one in self.said.values()
            if wanted.after < one.id < wanted.before
            and one.id >= wanted.readable.get(ChannelId(one.channel), MessageId(MAX_ID))
            and author in {None, one.author}
            and mentioned in {None, one.mentions}
            and wanted.pinned in {None, one.is_pinned}
            and not (wanted.none_of and "https://" in one.content)
            and all(any(stands_in(phrase, one.content) for phrase in phrases) for phrases in spelled(typed))
        ]
        return sorted(hits, reverse=wanted.order is Order.NEWEST)


def spelled(typed: str) -> Iterator[list[tuple[list[str], bool]]]:
    """Each phrase in its spellings: the words, and whether the last is a beginning."""
    for phrases in parse(typed):
        yield [(list(phrase.words), phrase.is_prefix) for phrase in phrases]


def stands_in(phrase: tuple[list[str], bool], content: str) -> bool:
    words, is_prefix = phrase
    there = tokens(content)
    for at in range(len(there) - len(words) + 1):
        part = there[at : at + len(words)]
        if part == words or (is_prefix and part[:-1] == words[:-1] and part[-1].startswith(words[-1])):
            return True
    return False


@pytest.fixture
async def household(tmp_path: Path) -> AsyncIterator[Household]:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        household = Household(database, random.Random(SEED))  # noqa: S311  the same each time
        await household.furnish()
        yield household


@pytest.mark.parametrize("few", [2, 1000])
async def test_a_search_finds_what_a_plain_look_finds(
    household: Household, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By the labels of the channels, and by looking which of the words' messages may be read.
    monkeypatch.setattr("appliance.search.finding.MOST_JOINED", few)
    indexer, chance = Indexer(household.database), household.chance
    found = pages = 0
    for number in range(SEARCHES):
        if number % 10 == 0:
            await household.say(MESSAGES // (SEARCHES // 10))
            if number:
                await household.change()
            if chance.random() < 0.7:
                await indexer.turn(at_least=chance.choice([1, 40]))
        wanted, typed, author, mentioned = household.wanted()
        expected = household.expected(wanted, typed, author, mentioned)

        got: list[int] = []
        cursor = None
        while True:
            page = await household.find(msgspec.structs.replace(wanted, cursor=cursor))
            got += [row.message_id for row in page.hits]
            pages += 1
            assert page.total == len(expected), (number, wanted)
            assert page.has_more == (len(got) < len(expected)), (number, wanted)
            if not page.has_more or len(got) >= 3 * wanted.limit:
                break
            cursor = page.hits[-1].message_id
        assert got == expected[: len(got)], (number, wanted)
        offset = chance.randint(0, max(1, len(expected)))
        page = await household.find(msgspec.structs.replace(wanted, offset=offset))
        assert [row.message_id for row in page.hits] == expected[offset : offset + wanted.limit]
        found += len(got)

    # That there was something to find, in the index and outside of it.
    assert found > SEARCHES
    assert pages > SEARCHES
    async with household.database.transaction() as tx:
        await tx.run_in_thread("INSERT INTO search (search) VALUES ('integrity-check')", [{}])
    assert len(household.said) > BATCH
