"""Everything that the checks may know, gathered at one time.

What a newcomer would get wrong: a dying disk does not answer with an error, it does not answer. So this runs in a thread
and never on the loop, and whoever waits for it waits with a limit (`watch`).
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509

from appliance.ids import Millis, now
from appliance.network import certificates
from appliance.storage.trouble import Trouble
from hardware import board, memory, power, processor, storage, system, thermal
from hardware.board import Board
from hardware.memory import Memory
from hardware.power import Power
from hardware.processor import Look
from hardware.storage import Storage
from hardware.system import System
from hardware.thermal import Heat


def _none() -> None:
    """Nothing is wrong that anybody knows of."""


class Sources(msgspec.Struct, frozen=True):
    """Where to look; `root` is `/`, or a copied tree. `calls_ready`: whether the media process is there.

    `repaired` names the keys that this start has made anew, `trouble` tells what is wrong with the database.
    """

    folder: Path
    root: Path
    certificate: Path
    calls_ready: Callable[[], bool]
    started: float
    repaired: tuple[str, ...] = ()
    trouble: Callable[[], Trouble | None] = _none


class Authority(msgspec.Struct, frozen=True):
    """What phones trust: since when, until when, and why it took another's place (age, clock or damage) if it did."""

    begins: Millis
    ends: Millis
    replaced: str | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the box; None where it cannot tell."""

    at: Millis
    board: Board
    system: System
    memory: Memory
    heat: Heat
    power: Power
    storage: Storage | None
    processor: Look
    certificate_ends: Millis | None
    calls_ready: bool
    running_seconds: float
    authority: Authority | None = None
    repaired: tuple[str, ...] = ()
    trouble: Trouble | None = None


def gather(sources: Sources) -> Facts:
    """Look at everything; takes as long as the disk takes."""
    root = sources.root
    what = board.read(root)
    return Facts(
        at=now(),
        board=what,
        system=system.read(root),
        memory=memory.read(root),
        heat=thermal.read(board.profile(what), root),
        power=power.read(root),
        storage=_storage(sources),
        processor=processor.look(root),
        certificate_ends=_ends(sources.certificate),
        calls_ready=sources.calls_ready(),
        running_seconds=time.monotonic() - sources.started,
        authority=_authority(sources.certificate),
        repaired=sources.repaired,
        trouble=sources.trouble(),
    )


def _storage(sources: Sources) -> Storage | None:
    try:
        return storage.read(sources.folder, sources.root)
    except OSError:
        # The folder went with its disk; nothing works then, and this row is the least of it.
        return None


def _ends(certificate: Path) -> Millis | None:
    """When the first of the certificates that browsers see runs out; None if there is none to be read."""
    try:
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    except (OSError, ValueError):
        return None
    return _millis(min(one.not_valid_after_utc for one in chain))


def _authority(certificate: Path) -> Authority | None:
    found = certificates.describe(certificate.parent)
    return Authority(_millis(found.begins), _millis(found.ends), found.replaced) if found else None


def _millis(moment: datetime) -> Millis:
    return Millis(round(moment.timestamp() * 1000))
