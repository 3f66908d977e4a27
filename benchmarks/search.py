"""What a search costs in a million messages, and what keeping the index costs: `python -m benchmarks.search`.

No peer is measured beside us: what counts is that a board can afford it. CPU time is the process's own. Pages are those of 4 KB
that the journal took (a card writes them); sizes are those of the tables. Searches are asked of the index with half of the channels
hidden, which is the dearest case, and with few and all of them readable. `./just bench search` runs it with Debian's Python, whose
SQLite is a box's.
"""

import argparse
import asyncio
import contextlib
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from appliance.accounts.callers import Caller
from appliance.events import Bus
from appliance.ids import AccountId, ChannelId, MessageId, SessionId
from appliance.messages import sending
from appliance.messages.model import NewMessage
from appliance.messages.state import MessageState
from appliance.search.entry import HAS, author_label
from appliance.search.finding import Order, Wanted, find
from appliance.search.indexing import BATCH, Indexer
from appliance.search.phrases import parse
from appliance.storage import Database, writer
from benchmarks import results_file
from benchmarks.search_corpus import CHANNELS, HALFWAY, channel_id, fill, languages, person_id

PAGE_BYTES = 4096
_FRAME_BYTES, _HEADER_BYTES = PAGE_BYTES + 24, 32
SAID, ROUNDS = 512, 5
TALKING = 400


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Journal:
    """How many pages the journal has taken; it is written into the file only when this says so."""

    def __init__(self, file: Path) -> None:
        self._file = file.with_name(file.name + "-wal")
        self._connection = sqlite3.connect(file, isolation_level=None)

    def pages(self) -> int:
        return max(0, self._file.stat().st_size - _HEADER_BYTES) // _FRAME_BYTES

    def empty(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def sizes(self) -> dict[str, int]:
        """Bytes of each table and index."""
        found = self._connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")
        return {str(name): int(size) for name, size in found}


async def build(database: Database, journal: Journal) -> dict[str, float]:
    """Index everything, and what that has cost."""
    indexer = Indexer(database)
    pages, largest, batches = 0, 0, 0
    journal.empty()
    began, cpu = time.perf_counter(), time.process_time()
    while True:
        before = journal.pages()
        if not await indexer.turn():
            break
        batches += 1
        largest = max(largest, journal.pages() - before)
        if journal.pages() > 20_000:
            pages += journal.pages()
            journal.empty()
    pages += journal.pages()
    return {
        "index_cpu_s": time.process_time() - cpu,
        "index_s": time.perf_counter() - began,
        "pages_a_message": pages / max(1, batches * BATCH),
        "most_pages_in_a_turn": largest,
    }


def questions() -> dict[str, list[str]]:
    """What is looked for, by kind; as many words of each script as talk has."""
    spoken = {name: language.words for name, (language, _) in languages().items()}
    common, middling, rare = (
        [spoken[name][rank] for name in ("english", "german", "arabic", "hindi") for rank in ranks]
        for ranks in (range(0, 40, 8), range(400, 2400, 400), range(9000, 34_000, 5000))
    )
    chinese, japanese = spoken["chinese"], spoken["japanese"]
    return {
        "common word": common,
        "middling word": middling,
        "rare word": rare,
        "two words": [f"{one} {other}" for one, other in zip(common, middling, strict=True)],
        "phrase": [f'"{one} {other}"' for one, other in pairwise(common)],
        "two characters": [word for word in chinese[:40] + japanese[:40] if len(word) == 2][:20],
        "longer run": [a + b for a, b in zip(chinese[:20], chinese[20:40], strict=True)],
        "beginning": [word[:3] for word in middling if word.isascii()],
    }


def asked(kind: str, typed: str, chance: random.Random, readable: int) -> Wanted:
    """One search, in so many of the channels."""
    channels = {channel_id(index) for index in chance.sample(range(CHANNELS), readable)}
    return Wanted(
        phrases=parse(typed if kind == "beginning" else f"{typed} "),
        readable={ChannelId(channel): MessageId(0) for channel in channels},
    )


def narrowed(wanted: Wanted, chance: random.Random) -> Iterator[tuple[str, Wanted]]:
    """The same search, and what people narrow it down by."""
    author = frozenset({author_label(AccountId(person_id(chance.randrange(5))))})
    replace = partial(_replace, wanted)
    yield "", wanted
    yield ", from", replace(any_of=(author,))
    yield ", has:link", replace(any_of=(frozenset({HAS["link"]}),))
    yield ", from and time", replace(any_of=(author,), after=MessageId(HALFWAY))
    yield ", best", replace(order=Order.BEST)


def _replace(wanted: Wanted, **change: Any) -> Wanted:
    fields = {field: getattr(wanted, field) for field in wanted.__struct_fields__}
    return Wanted(**(fields | change))


async def look(database: Database, readable: int) -> dict[str, list[float]]:
    """CPU milliseconds of each search, by kind."""
    chance = random.Random(11)  # noqa: S311  the same each time
    taken: dict[str, list[float]] = {}
    for kind, texts in questions().items():
        for typed in texts:
            for more, wanted in narrowed(asked(kind, typed, chance, readable), chance):
                cpu = time.process_time()
                await database.read_in_thread(partial(find, wanted=wanted))
                taken.setdefault(f"{kind}{more}", []).append((time.process_time() - cpu) * 1000)
    return taken


async def say(database: Database, state: MessageState, number: int) -> list[float]:
    """Send so many messages; how long each took, in milliseconds."""
    caller = Caller(AccountId(person_id(0)), SessionId(1))
    spoken = languages()["english"][0]
    chance = random.Random(13)  # noqa: S311  the same each time
    taken = []
    for _ in range(number):
        began = time.perf_counter()
        async with database.transaction() as tx:
            new = NewMessage(content=spoken.text(chance, 9))
            await sending.send(tx, state, caller, ChannelId(channel_id(0)), new)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def cost_of_sending(folder: Path) -> dict[str, float]:
    """CPU microseconds of a message, without the indexer and with it: by turns, so that both meet the same machine."""
    cost: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for indexed in (False, True):
            with tempfile.TemporaryDirectory(dir=folder) as fresh:
                cost[indexed].append(await _said(Path(fresh), indexed=indexed))
    without, with_ = statistics.median(cost[False]), statistics.median(cost[True])
    return {"say_us": without, "say_indexed_us": with_, "say_dearer": with_ / without - 1}


def _fill(file: Path, number: int) -> int:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        return fill(connection, number)


async def _said(folder: Path, *, indexed: bool) -> float:
    bus, state = Bus(), MessageState()
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(folder / "hearth.db", bus))
        _fill(folder / "hearth.db", 0)
        if indexed:
            await stack.enter_async_context(Indexer.open(database, bus))
        await say(database, state, BATCH)
        cpu = time.process_time()
        await say(database, state, SAID)
        # What waits is indexed a moment later, and belongs to what it costs.
        await asyncio.sleep(0.2)
        return (time.process_time() - cpu) / SAID * 1e6


async def talk_while_indexing(database: Database, bus: Bus) -> dict[str, float]:
    """How long a message takes while a hundred thousand old ones are indexed."""
    async with Indexer.open(database, bus):
        taken = await say(database, MessageState(), TALKING)
    return {
        "say_while_indexing_p50_ms": percentile(taken, 0.5),
        "say_while_indexing_p95_ms": percentile(taken, 0.95),
    }


async def measure(folder: Path, number: int) -> dict[str, float]:
    """All figures, from an empty folder on."""
    file = folder / "hearth.db"
    figures: dict[str, float] = await cost_of_sending(folder)
    bus = Bus()
    # Only `Journal.empty` writes the journal into the file, so that its pages can be counted.
    writer.CHECKPOINT_AFTER = 1 << 40
    async with Database.open(file, bus) as database:
        text = await asyncio.to_thread(_fill, file, number)
        journal = Journal(file)
        figures |= await talk_while_indexing(database, bus)
        figures |= await build(database, journal)
        journal.empty()
        sizes = journal.sizes()
        index = sum(size for name, size in sizes.items() if "search_" in name)
        figures |= {
            "messages": number,
            "text_mb": text / 1e6,
            "index_mb": index / 1e6,
            "index_of_text": index / text,
        }
        for readable in (CHANNELS, CHANNELS // 2, 5):
            taken = await look(database, readable)
            if readable == CHANNELS // 2:
                # Beginnings depend on how words are made more than on the index, and nobody is shown the best first; both are below.
                plain = [kind for kind in taken if "beginning" not in kind and "best" not in kind]
                everything = [one for kind in plain for one in taken[kind]]
                figures["search_1m_cpu_ms"] = percentile(everything, 0.95)
                figures["search_1m_cpu_ms_p50"] = percentile(everything, 0.5)
            for kind, values in taken.items():
                figures[f"{readable} of {CHANNELS}: {kind}, p95 ms"] = percentile(values, 0.95)
    return figures


TARGETS: dict[str, Callable[[float], bool]] = {
    "search_1m_cpu_ms": lambda value: value <= 20,
    "index_of_text": lambda value: value <= 1.8,
    "pages_a_message": lambda value: value <= 0.5,
    "say_dearer": lambda value: value <= 0.1,
}


def main() -> None:
    """Measure, print a table and write benchmarks/results/search.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    number = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder), number))
    figures["sqlite"] = float(sqlite3.sqlite_version_info[0] * 10_000 + sqlite3.sqlite_version_info[1] * 100)
    for name, value in figures.items():
        kept = (
            "" if name not in TARGETS else ("  as wanted" if TARGETS[name](value) else "  MORE THAN WANTED")
        )
        print(f"{name:50} {value:12.3f}{kept}")
    path = results_file.write("search", figures, {name: figures[name] for name in TARGETS})
    print(f"written to {path}")


if __name__ == "__main__":
    main()
