"""Everything that the checks may know, gathered at one time.

What a newcomer would get wrong: a dying disk does not answer with an error, it does not answer. So this runs in a thread
and never on the loop, and whoever waits for it waits with a limit (`watch`).
"""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography import x509

from appliance.ids import Millis, now
from hardware import board, memory, power, processor, storage, system, thermal
from hardware.board import Board
from hardware.memory import Memory
from hardware.power import Power
from hardware.processor import Look
from hardware.storage import Storage
from hardware.system import System
from hardware.thermal import Heat


class Sources(msgspec.Struct, frozen=True):
    """Where to look; `root` is `/`, or a copied tree. `calls_ready`: whether the media process is there."""

    folder: Path
    root: Path
    certificate: Path
    calls_ready: Callable[[], bool]
    started: float


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
    )


def _storage(sources: Sources) -> Storage | None:
    try:
        return storage.read(sources.folder, sources.root)
    except OSError:
        # The folder went with its disk; nothing works then, and this row is the least of it.
        return None


def _ends(certificate: Path) -> Millis | None:
    """When the certificate that browsers see runs out; None if there is none to be read."""
    try:
        leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError):
        return None
    return Millis(round(leaf.not_valid_after_utc.timestamp() * 1000))
