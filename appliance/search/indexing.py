"""Keeping the index: new messages 128 at a time, old ones the same way while people talk, and what has changed.

What a newcomer would get wrong: a message is found before it is in the index. Those that wait are looked through directly
(`appliance.search.finding`), so nothing is indexed with the message itself, which would make each dearer by several pages on
the card; and a power cut needs no repair, for the next turn begins where the last COMMIT ended.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Self

import msgspec

from appliance.channels.events import ChannelDeleted
from appliance.events import Bus, Event
from appliance.ids import Millis
from appliance.messages.events import (
    MessageCreated,
    MessageDeleted,
    MessagesDeleted,
    MessageUpdated,
    OldMessageUpdated,
)
from appliance.search import queries
from appliance.search.entry import entry
from appliance.search.queries import NumberRow, StaleRow
from appliance.storage import Database, Reader, Select, Transaction
from appliance.text import folding
from appliance.threads.events import ThreadDeleted

log = logging.getLogger(__name__)

BATCH = 128
"""Messages a turn: with fewer the index is written more often than need be, with more people wait."""
STALE_BATCH = 64
"""Changed and deleted messages that wait for a turn of their own, unless they have waited for `LOOK_SECONDS`."""
MERGE_PAGES, MOST_MERGES = 64, 8
LOOK_SECONDS = 300.0
WEEK = Millis(7 * 24 * 3600 * 1000)
# So long after the last message a box has time for what nobody waits for.
QUIET_SECONDS = 60.0


class State(msgspec.Struct, frozen=True):
    """What is known of the index as a whole; kept in `box`.

    `folding` are the rules by which its words were folded, `refolded_to` the last row that has been made again since they have
    changed (None: all of them). `has_remains`: words of deleted messages may still be in parts that were not merged since.
    """

    folding: str
    refolded_to: int | None = None
    refold_last: int = 0
    tidied_at: Millis = Millis(0)
    has_remains: bool = False


async def read_state(reader: Reader) -> State | None:
    row = await reader.one(queries.STATE)
    return None if row is None else msgspec.json.decode(row.value, type=State)


async def keep_state(tx: Transaction, state: State) -> None:
    await queries.set_state(tx, msgspec.json.encode(state).decode())


class Indexer:
    """The one that writes the index; use `Indexer.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due = asyncio.Event()
        self._waiting = 0
        self._last_message = 0.0

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, bus: Bus) -> AsyncGenerator[Self]:
        """Keep the index until the block ends."""
        indexer = cls(database)
        bus.subscribe(indexer.count, MessageCreated)
        bus.subscribe(
            indexer.count_change,
            MessageUpdated,
            OldMessageUpdated,
            MessageDeleted,
            MessagesDeleted,
            ChannelDeleted,
            ThreadDeleted,
        )
        task = asyncio.create_task(indexer.keep())
        try:
            yield indexer
        finally:
            task.cancel()
            await asyncio.wait([task])

    def count(self, _event: Event) -> None:
        """A message was sent: once enough wait, there is something to do."""
        self._waiting += 1
        if self._waiting >= BATCH:
            self._due.set()

    def count_change(self, event: Event) -> None:
        """A message was changed or deleted, or a channel or a thread with all of its messages."""
        self._waiting += 1
        if self._waiting >= BATCH or isinstance(event, ChannelDeleted | ThreadDeleted):
            self._due.set()

    async def keep(self) -> None:
        """Index whatever waits, now and for ever."""
        is_looking = True
        while True:
            began = perf_counter()
            try:
                is_busy = await self.turn(at_least=1 if is_looking else STALE_BATCH)
            except sqlite3.Error as error:
                # Nothing is lost by it: what is not in the index is looked through.
                log.warning("the index of words could not be written: %s", error)
                is_busy = False
            if is_busy:
                # As long as the turn took: on a slow card the household comes first.
                await asyncio.sleep(perf_counter() - began)
                continue
            is_looking = not await self._wait()
            if is_looking:
                await self._tidy_if_quiet()

    async def _wait(self) -> bool:
        """Wait until enough has changed; False if it has taken so long that one looks all the same."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._due.wait()
        except TimeoutError:
            return False
        self._due.clear()
        self._waiting = 0
        self._last_message = perf_counter()
        return True

    async def turn(self, *, at_least: int = 1) -> bool:
        """Put one batch right: new messages if there are enough, else `at_least` so many changed ones; False if there was nothing."""
        async with self._database.transaction() as tx:
            did = await index_next(tx) or await repair(tx, at_least) or await refold(tx)
        if did:
            for _ in range(MOST_MERGES):
                async with self._database.transaction() as tx:
                    if not await queries.merge(tx, MERGE_PAGES):
                        break
        return did

    async def _tidy_if_quiet(self) -> None:
        if perf_counter() - self._last_message < QUIET_SECONDS:
            return
        async with self._database.read() as reader:
            state = await read_state(reader)
            if state is None or not state.has_remains or reader.now - state.tidied_at < WEEK:
                return
        await self.tidy()

    async def tidy(self) -> None:
        """Merge the whole index step by step, so that nothing is left in it of what was deleted; stops when somebody writes."""
        pages = -MERGE_PAGES
        while not self._due.is_set():
            async with self._database.transaction() as tx:
                if not await queries.merge(tx, pages):
                    state = await read_state(tx)
                    if state is not None:
                        done = msgspec.structs.replace(state, tidied_at=tx.now, has_remains=False)
                        await keep_state(tx, done)
                    return
            pages = MERGE_PAGES
            await asyncio.sleep(0)


async def index_next(tx: Transaction) -> bool:
    """Index the oldest messages that wait, if they fill a batch."""
    indexed_to, last = await _number(tx, queries.INDEXED_TO), await _number(tx, queries.LAST_SEQ)
    waiting = await tx.one(queries.WAITING, indexed_to=indexed_to, most=BATCH)
    if waiting is None or waiting.number < BATCH:
        return False
    messages = await tx.all(queries.NEXT, indexed_to=indexed_to, most=BATCH)
    await queries.add_entries(tx, [(seq, entry(message)) for seq, message in enumerate(messages, last + 1)])
    await queries.add_rows(tx, [(seq, message.message_id) for seq, message in enumerate(messages, last + 1)])
    return True


async def repair(tx: Transaction, at_least: int = 1) -> bool:
    """Make entries again whose messages have changed, and remove those whose messages are gone."""
    rows = await tx.all(queries.STALE, most=BATCH)
    if len(rows) < at_least:
        return False
    await _make_again(tx, rows)
    state = await read_state(tx) or State(folding.VERSION)
    if not state.has_remains:
        await keep_state(tx, msgspec.structs.replace(state, has_remains=True))
    return True


async def refold(tx: Transaction) -> bool:
    """Make entries again that were folded by other rules, from the oldest on; meanwhile they are found as before."""
    state = await read_state(tx)
    if state is None:
        await keep_state(tx, State(folding.VERSION))
        return False
    if state.folding != folding.VERSION:
        log.info("words are folded by other rules than before; the index is made anew")
        last = await _number(tx, queries.LAST_SEQ)
        state = msgspec.structs.replace(state, folding=folding.VERSION, refolded_to=0, refold_last=last)
    elif state.refolded_to is None:
        return False
    after = state.refolded_to or 0
    rows = await tx.all(queries.AFTER_SEQ, after=after, last=state.refold_last, most=BATCH)
    await _make_again(tx, rows)
    refolded_to = rows[-1].seq if rows else None
    await keep_state(tx, msgspec.structs.replace(state, refolded_to=refolded_to))
    return True


async def _make_again(tx: Transaction, rows: Sequence[StaleRow]) -> None:
    seqs = {row.message_id: row.seq for row in rows if row.message_id is not None}
    gone = [row.seq for row in rows if row.message_id is None]
    ids = msgspec.json.encode(list(seqs)).decode()
    messages = await tx.all(queries.MESSAGES, ids=ids)
    await queries.remove_entries(tx, [row.seq for row in rows])
    await queries.add_entries(tx, [(seqs[message.message_id], entry(message)) for message in messages])
    await queries.remove_rows(tx, gone)
    # A number that is free again is given again, and must not be taken for one that has changed.
    await queries.forget_stale(tx, [row.seq for row in rows])


async def _number(reader: Reader, query: Select[NumberRow]) -> int:
    row = await reader.one(query)
    return 0 if row is None else row.number
