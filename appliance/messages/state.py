"""What the server remembers about messages beside the database.

The composition root makes one of it for each database and hands it to the HTTP handlers and to the gateway, so that both
ways in share it.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Self

import msgspec

from appliance.messages.nonces import Nonces
from appliance.messages.poll_clock import PollClock
from appliance.messages.read_cursors import ReadCursors
from appliance.messages.slow_mode import SlowModeClocks
from appliance.messages.typing_indicator import TypingPace
from appliance.storage import Database


class MessageState(msgspec.Struct, frozen=True):
    """Without `open` it begins empty and writes nothing by itself, as most tests want it."""

    nonces: Nonces = msgspec.field(default_factory=Nonces)
    read_cursors: ReadCursors = msgspec.field(default_factory=ReadCursors)
    slow_mode: SlowModeClocks = msgspec.field(default_factory=SlowModeClocks)
    polls: PollClock = msgspec.field(default_factory=PollClock)
    typing: TypingPace = msgspec.field(default_factory=TypingPace)

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> AsyncGenerator[Self]:
        """Know what was sent and read before the start; until the block ends, write what is read every few seconds, and close polls."""
        state = cls()
        await state.nonces.load(database)
        async with state.read_cursors.kept(database), state.polls.kept(database):
            yield state
