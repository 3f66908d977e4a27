"""The one object that finds out about addresses: made by the composition root, and asked by whoever has a message with a link.

What was found counts for a day, and that there was nothing for an hour, after a restart too. Nothing that a server sends is
looked at here: the worker for foreign bytes reads pages and makes pictures small, and only what it makes is kept.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Self

import msgspec

from appliance.embeds.model import Embed
from appliance.file_worker.protocol import Answers, Look, PageRead, ReadPage, Understood
from appliance.files import jobs
from appliance.files.addresses import PREVIEW
from appliance.files.files import Files
from appliance.files.model import Kind
from appliance.files.room import NoRoom
from appliance.files.understood import Made
from appliance.files.worker import WorkerDied, WorkerUnavailable
from appliance.http.files import ServedFile
from appliance.ids import AccountId, AttachmentId, Millis
from appliance.limits import Group, Limits, TooFast
from appliance.previews import cards, queries
from appliance.previews.fetching import Clock, Fetched, Fetcher, NotFetched
from appliance.previews.queries import NewPreviewRow
from appliance.previews.targets import Target, target
from appliance.previews.view import FILENAME

log = logging.getLogger(__name__)

LOOK_UP = Group("previews", 6.0, 20)
"""How many addresses of one person the box asks servers for; what it knows already is not counted."""

_HOUR_MS = 3600 * 1000
GOOD_MS, NOTHING_MS = Millis(24 * _HOUR_MS), Millis(_HOUR_MS)
_SWEEP_SECONDS = 3600.0
# On a Pi 3, beside a look at somebody's photograph that was first.
_PAGE_SECONDS, _PICTURE_SECONDS = 30, 60
_WEBP = "image/webp"


class Previews:
    """Use `open`; `fetcher` is how it gets to servers."""

    def __init__(self, files: Files, fetcher: Fetcher, clock: Callable[[], float]) -> None:
        self._files = files
        self._database = files.database
        self._fetcher = fetcher
        self._limits = Limits(clock, {LOOK_UP})
        self._under_way: dict[str, asyncio.Task[AttachmentId | None]] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, files: Files, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic
    ) -> AsyncGenerator[Self]:
        """Give out pictures and forget what is old until the block ends; nothing is under way behind it."""
        previews = cls(files, fetcher, clock)
        files.finders[PREVIEW] = previews.picture
        sweeping = asyncio.create_task(previews._keep_sweeping())
        try:
            yield previews
        finally:
            del files.finders[PREVIEW]
            under_way = [sweeping, *previews._under_way.values()]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def find(self, address: str, account_id: AccountId) -> AttachmentId | None:
        """What there is to show of an address in its one spelling, for somebody who said it; None if there is nothing."""
        row = await self._known(address)
        if row is not None:
            return row.id if row.card is not None else None
        task = self._under_way.get(address)
        if task is None:
            try:
                self._limits.take(account_id, LOOK_UP)
            except TooFast:
                return None
            task = self._under_way[address] = asyncio.create_task(self._find_out(address))
            task.add_done_callback(lambda _: self._under_way.pop(address, None))
        # Others may wait for the same.
        return await asyncio.shield(task)

    async def picture(self, preview_id: AttachmentId) -> ServedFile | None:
        """The picture of a preview, for the front door."""
        async with self._database.read() as reader:
            row = await reader.one(queries.PICTURE, id=preview_id)
        if row is None:
            return None
        return ServedFile(self._files.keeper.store.path_of(row.picture), row.picture.hex(), _WEBP, FILENAME)

    async def sweep(self) -> None:
        """Forget what is too old to count and what no message shows."""
        async with self._database.transaction() as tx:
            now = tx.now
            swept = await queries.sweep(tx, Millis(now - NOTHING_MS), Millis(now - GOOD_MS))
        if swept:
            self._files.keeper.dropped.set()

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception:
                # A full disk, say.
                log.exception("old previews could not be forgotten")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _known(self, address: str) -> queries.PreviewRow | None:
        async with self._database.read() as reader:
            return await reader.one(
                queries.FOUND,
                address=address,
                nothing_since=reader.now - NOTHING_MS,
                something_since=reader.now - GOOD_MS,
            )

    async def _find_out(self, address: str) -> AttachmentId | None:
        card, picture = None, None
        where = target(address)
        try:
            if where is not None:
                card, picture = await self._look(where)
        except NotFetched as error:
            log.info("a link has no preview: %s", error)
        except (WorkerDied, WorkerUnavailable, OSError) as error:
            log.warning("a link's page cannot be looked at: %s", error)
        return await self._note(address, card, picture)

    async def _look(self, where: Target) -> tuple[Embed | None, Made | None]:
        """What there is to show of a page or a picture; `NotFetched`, and what `jobs.run_on` raises."""
        clock = Clock()
        fetched = await self._fetcher.page(where, clock)
        with fetched.file:
            if fetched.is_picture:
                picture = await self._small(fetched)
                return (cards.of_picture(where), picture) if picture else (None, None)
            page = await self._read(fetched)
        of_picture = target(page.image) if page.image else None
        picture = None if of_picture is None else await self._picture(of_picture, clock)
        return cards.of_page(where, page, of_picture if picture else None), picture

    async def _read(self, fetched: Fetched) -> PageRead:
        job = ReadPage(_PAGE_SECONDS, fetched.address, fetched.charset)
        report, _made = await self._do(fetched, job)
        if not isinstance(report, PageRead):
            raise NotFetched("not a page")
        return report

    async def _picture(self, where: Target, clock: Clock) -> Made | None:
        """The picture of a page, made small; without it there is still the rest."""
        try:
            fetched = await self._fetcher.picture(where, clock)
            with fetched.file:
                return await self._small(fetched)
        except (NotFetched, WorkerDied) as error:
            log.info("a preview has no picture: %s", error)
            return None

    async def _small(self, fetched: Fetched) -> Made | None:
        report, made = await self._do(fetched, Look(_PICTURE_SECONDS))
        small = [one for one in made if one.kind == Kind.THUMBNAIL and isinstance(report, Understood)]
        await jobs.discard([one for one in made if one not in small])
        return small[0] if small else None

    async def _do(self, fetched: Fetched, job: Look | ReadPage) -> tuple[Answers, list[Made]]:
        worker = self._files.looking
        if worker is None:
            raise WorkerUnavailable("nobody looks at files")
        return await jobs.run_on(self._files, worker, fetched.file, job, job.seconds, jobs.go_on)

    async def _note(self, address: str, card: Embed | None, picture: Made | None) -> AttachmentId | None:
        """Write down what was found, or that there was nothing; which preview it is."""
        if picture is not None and card is not None:
            try:
                return await self._note_with_picture(address, card, picture)
            except NoRoom:
                await jobs.discard([picture])
                card = (
                    None if card.type == "image" else msgspec.structs.replace(card, thumbnail=msgspec.UNSET)
                )
        async with self._database.transaction() as tx:
            preview_id = AttachmentId(tx.new_id())
            kept = None if card is None else msgspec.json.encode(card).decode()
            await queries.add(tx, NewPreviewRow(preview_id, address, kept))
        return None if card is None else preview_id

    async def _note_with_picture(self, address: str, card: Embed, picture: Made) -> AttachmentId:
        space = await asyncio.to_thread(self._files.disk.space)
        if space.free - picture.size < space.reserve:
            raise NoRoom
        keeping = self._files.keeper.keeping(
            picture.file, picture.sha256, picture.size, _WEBP, is_understood=True
        )
        async with keeping as tx:
            preview_id = AttachmentId(tx.new_id())
            kept = msgspec.json.encode(card).decode()
            await queries.add(
                tx,
                NewPreviewRow(preview_id, address, kept, picture.sha256, picture.width, picture.height),
            )
        return preview_id
