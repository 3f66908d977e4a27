"""The certificate from the first start to the last day: in the data folder, or in memory where that cannot be written.

What a newcomer would get wrong: a box with a full or broken card must still open its page, to say so; so nothing here
lets an error of the disk end the server.
"""

import asyncio
import logging
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from appliance.network import addresses, certificates, mdns
from appliance.network.certificates import Certificates
from hardware import system

log = logging.getLogger(__name__)

# A new lease is rare; whoever cannot wait a minute sends SIGHUP.
_LOOK_SECONDS = 60.0


class Renewal(msgspec.Struct, frozen=True):
    """How one box gets its certificate: where it is kept, where else while it cannot be, and what the box is called."""

    folder: Path
    spare: Path
    hostname: str
    root: Path = Path("/")

    def certificates(self, known_as: str | None = None, known: list[str] | None = None) -> Certificates:
        """The certificate for the addresses of this moment; it takes a moment, and where nothing can be written it is the old one."""
        try:
            return self._ensure(self.folder, known_as, known)
        except OSError as error:
            log.error("the certificate cannot be kept in %s: %s", self.folder, error.strerror or error)  # noqa: TRY400  it says it all
        return certificates.usable(self.folder) or self._ensure(self.spare / "tls", known_as, known)

    def _ensure(self, folder: Path, known_as: str | None, known: list[str] | None) -> Certificates:
        return certificates.ensure(
            folder,
            self.hostname,
            addresses.all_addresses() if known is None else known,
            known_as=known_as,
            clock_is_set=system.read(self.root).clock_is_set,
        )


async def keep_named(
    renewal: Renewal, show: Callable[[Certificates], None], look: asyncio.Event, reloaded: Callable[[], None]
) -> None:
    """Look once a minute, or when `look` is set, whether the certificate still fits every address and the time; for ever.

    `show` is called with what is found, and `reloaded` after it if `look` was set.
    """
    while True:
        is_asked = False
        with suppress(TimeoutError):
            is_asked = await asyncio.wait_for(look.wait(), _LOOK_SECONDS)
        look.clear()
        known = addresses.all_addresses()
        name = await mdns.own_name(known)
        try:
            show(await asyncio.to_thread(renewal.certificates, name, known))
        except OSError as error:
            # The one that is shown stays: a worn card is no reason to hang up on everybody.
            log.error("the certificate could not be looked at: %s", error)  # noqa: TRY400  it says it all
        if is_asked:
            reloaded()


def volatile_folder(chosen: str | None, fallback: Path) -> Path:
    """A folder in memory for sockets and the like: systemd's if it gave us one, else in the data folder, else a new one of our own."""
    if chosen:
        return Path(chosen)
    try:
        probe = fallback / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        memory = Path("/dev/shm")  # noqa: S108  a folder of its own is made in it
        return Path(tempfile.mkdtemp(prefix="hearth-", dir=memory if memory.is_dir() else None))
    return fallback
