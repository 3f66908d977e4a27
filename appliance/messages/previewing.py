"""Cards under messages with links: found out after the message is sent, so that nobody waits for somebody else's server.

What a newcomer would get wrong: everything may have changed meanwhile. The text was edited, the message deleted, its author may
no longer embed links; so all of it is read again in the transaction that shows the cards.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

import msgspec

from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError
from appliance.events import Bus, Event
from appliance.files.queries import MessageRefRow
from appliance.ids import AccountId, AttachmentId, ChannelId, MessageId, MessageRef
from appliance.messages import links, queries, refreshing, text_channel
from appliance.messages.events import MessageCreated, MessageUpdated, OldMessageUpdated
from appliance.messages.model import SUPPRESS_EMBEDS, WRITTEN_BY_PEOPLE, Part
from appliance.messages.queries import MessageRow
from appliance.previews import service as previews_service
from appliance.previews.previews import Previews
from appliance.previews.targets import target
from appliance.storage import Database, Reader, Transaction

log = logging.getLogger(__name__)

# Messages that wait for a card; beyond that the newest go without one.
_MOST_WAITING = 200
# A message waits for its slowest link.
_AT_ONCE = 4


class _Asked(msgspec.Struct, frozen=True):
    """What a message needs looked at."""

    author_id: AccountId
    addresses: Sequence[str]


class Previewing:
    """Use `open`."""

    def __init__(self, database: Database, previews: Previews) -> None:
        self._database = database
        self._previews = previews
        self._waiting: asyncio.Queue[MessageRef] = asyncio.Queue(_MOST_WAITING)

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, bus: Bus, previews: Previews) -> AsyncGenerator[Self]:
        """Look at what is said until the block ends."""
        previewing = cls(database, previews)
        bus.subscribe(previewing._said, MessageCreated, MessageUpdated, OldMessageUpdated)
        tasks = [asyncio.create_task(previewing._run()) for _ in range(_AT_ONCE)]
        try:
            yield previewing
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Until nothing waits and nothing is under way, for tests."""
        await self._waiting.join()

    def _said(self, event: Event) -> None:
        if not isinstance(event, MessageCreated | MessageUpdated | OldMessageUpdated):
            return
        message = event.payload
        if "://" not in message.content or message.flags & SUPPRESS_EMBEDS:
            return
        try:
            self._waiting.put_nowait(
                MessageRef(ChannelId(int(message.channel_id)), MessageId(int(message.id)))
            )
        except asyncio.QueueFull:
            log.info("a link goes without a preview: too many wait")

    async def _run(self) -> None:
        while True:
            message = await self._waiting.get()
            try:
                await self._look(message)
            except Exception:
                # A full disk, say: the message is there, and goes without a card.
                log.exception("a message's links could not be looked at")
            finally:
                self._waiting.task_done()

    async def _look(self, message: MessageRef) -> None:
        async with self._database.read() as reader:
            asked = await self._asked(reader, message)
        if asked is None:
            return
        ids = await asyncio.gather(*(self._previews.find(one, asked.author_id) for one in asked.addresses))
        found = {address: id_ for address, id_ in zip(asked.addresses, ids, strict=True) if id_ is not None}
        if found:
            async with self._database.transaction() as tx:
                await self._show(tx, message, found)

    async def _asked(self, reader: Reader, message: MessageRef) -> _Asked | None:
        """What is to be found out; None if there is nothing, or the box does not look at links."""
        if not await previews_service.is_on(reader):
            return None
        row = await _previewed(reader, message)
        if row is None:
            return None
        shown = await previews_service.shown(reader, row.message_id)
        # A link to the box itself is for those who use it, who have it already.
        own = urlsplit(reader.origin).hostname
        wanted = [one for one in links.previewed(row.content) if one not in shown and _host(one) != own]
        return _Asked(row.author_id, wanted) if wanted else None

    async def _show(self, tx: Transaction, message: MessageRef, found: dict[str, AttachmentId]) -> None:
        row = await _previewed(tx, message)
        if row is None:
            return
        addresses = links.previewed(row.content)
        found = {address: found[address] for address in addresses if address in found}
        if await previews_service.show(tx, row.message_id, addresses, found):
            await queries.set_flags(tx, row.message_id, row.flags, row.parts | Part.PREVIEWS)
            await refreshing.refresh(tx, [MessageRefRow(row.channel_id, row.message_id)])


async def _previewed(reader: Reader, message: MessageRef) -> MessageRow | None:
    """The message, if it may have cards: not hidden by anybody, and by somebody who may embed links there."""
    row = await reader.one(queries.MESSAGE, channel_id=message.channel_id, message_id=message.message_id)
    if row is None or row.type not in WRITTEN_BY_PEOPLE or row.flags & SUPPRESS_EMBEDS:
        return None
    author = Caller(row.author_id, is_bot=bool(row.is_bot))
    try:
        where = await text_channel.require(reader, author, row.channel_id)
    except ApplianceError:
        # They have left since.
        return None
    return row if where.may(Permission.EMBED_LINKS) else None


def _host(address: str) -> str | None:
    where = target(address)
    return None if where is None else where.host
