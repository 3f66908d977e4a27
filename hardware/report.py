"""Everything that the probes find, as one JSON: what a household sends when it asks for help, and what a test expects.

No serial number, address of a network card, name of the box or of anybody in it: a report may be shown to strangers.
"""

import re
from pathlib import Path

import msgspec

from hardware import board, codecs, leds, memory, power, radio, storage, system, thermal
from hardware.board import Board
from hardware.codecs import Attempt, Codec
from hardware.memory import Memory
from hardware.power import Power
from hardware.radio import Radio
from hardware.storage import Storage
from hardware.system import System
from hardware.thermal import Heat
from hardware.tree import REAL

# systemd names a USB radio after its address: wlx00c0caabcdef.
_NAMED_BY_ADDRESS = re.compile(r"^(\D+x)[0-9a-f]{12}$")


class Report(msgspec.Struct, frozen=True):
    """One look at the board. `encoder`: how an attempt with its H.264 encoder went; None where there is none to try."""

    board: Board
    system: System
    memory: Memory
    heat: Heat
    power: Power
    storage: Storage
    radios: tuple[Radio, ...]
    leds: tuple[str, ...]
    codecs: tuple[Codec, ...]
    encoder: Attempt | None


def read(folder: Path, root: Path = REAL) -> Report:
    """Look at everything; `folder` is where the data is, whose storage counts."""
    what = board.read(root)
    nodes = codecs.read(root)
    return Report(
        board=what,
        system=system.read(root),
        memory=memory.read(root),
        heat=thermal.read(board.profile(what), root),
        power=power.read(root),
        storage=storage.read(folder, root),
        radios=tuple(_unnamed(one) for one in radio.read(root)),
        leds=leds.names(root),
        codecs=nodes,
        encoder=codecs.attempt() if root == REAL and codecs.h264_encoder(nodes) else None,
    )


def _unnamed(one: Radio) -> Radio:
    return msgspec.structs.replace(one, interface=_NAMED_BY_ADDRESS.sub(r"\1", one.interface))
