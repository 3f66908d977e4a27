"""What the listener asks of whoever keeps the files; it moves the bytes and knows nothing else of them.

Downloads (`GET|HEAD /files/…`) and uploads (`/files/uploads/ID`, tus 1.0) are served by the listener itself, in its loop, and
never reach the application. Who may and how much was decided by routes before: an address is signed, and the id of an upload
cannot be guessed. What a newcomer would get wrong: `write` and `sync` are called in a thread, everything else in the loop.
"""

from pathlib import Path
from typing import NamedTuple, Protocol

FILES = b"/files/"
UPLOADS = b"/files/uploads/"
"""What the address of an upload begins with; its id follows, and nothing else."""

SYNC_BYTES = 8 << 20
"""After so many bytes what has come is made durable and noted."""


class ServedFile(NamedTuple):
    """A file that somebody may have."""

    path: Path
    tag: str
    """Says which bytes these are (the SHA-256 in hex): the strong ETag, without its quotes."""
    content_type: str
    """As the bytes prove it, never as the sender called it."""
    name: str
    """What the file is called when it is saved."""


class Upload(Protocol):
    """A file that is coming in. Only one of each is open at a time, and nothing is called after `close`."""

    length: int
    """How many bytes it will have."""
    offset: int
    """How many are here; `write` moves it."""
    expires_at: float
    """When what has come is thrown away, in seconds since 1970."""

    def write(self, piece: memoryview) -> None:
        """Take the next bytes, at most 256 KiB and never beyond `length`; in a thread.

        `ApplianceError` if that cannot be, such as a full disk (507); then `offset` says how many were taken all the same.
        The memory is used again once this returns.
        """
        ...

    def sync(self) -> None:
        """Make durable what has come; in a thread, after each `SYNC_BYTES` and at the end of each request."""
        ...

    async def note(self) -> None:
        """Remember that everything up to `offset` is durable: called after `sync`, with nothing written in between."""
        ...

    async def finish(self) -> None:
        """All bytes are here and durable: keep the file. `ApplianceError` if it cannot be kept."""
        ...

    def close(self) -> None:
        """Nobody sends to it any more, for now or for good; quick, and never raises."""
        ...


class FileStore(Protocol):
    """Whoever keeps the files."""

    async def find(self, path: str, query: str) -> ServedFile | None:
        """What a signed address stands for, both parts as they came in (ASCII, still percent-encoded, any length up to 16 KiB).

        The signature is checked before anything is looked up. None if the address was not made by us, is too old, or the file
        is gone: nobody can tell which.
        """
        ...

    async def open_upload(self, upload_id: str) -> Upload:
        """An upload to go on with, or to ask how far it is; `ApplianceError` with 404 or 410 where there is none."""
        ...

    async def drop_upload(self, upload_id: str) -> None:
        """Throw away what has come of an upload; `ApplianceError` with 404 or 410 where there is none."""
        ...
