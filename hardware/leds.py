"""The board's own lights: what the box is doing, for somebody who stands before it.

`python -m hardware.leds setup` shows a state until it is told to end, and then gives the lights back to whatever they
showed before; with `--leave` it goes at once, and the kernel keeps blinking. A board without lights, or a user who may not
switch them, gets silence: nobody misses a blink.
"""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import msgspec

from hardware import board, tree
from hardware.board import Profile
from hardware.tree import REAL


class State(StrEnum):
    """What the lights can say."""

    BOOTING = "booting"
    SETUP = "setup"
    READY = "ready"
    TROUBLE = "trouble"


class Blink(msgspec.Struct, frozen=True):
    """A trigger of the kernel; the milliseconds are for `timer` alone."""

    trigger: str
    on_ms: int = 0
    off_ms: int = 0


_ON = Blink("default-on")
_OFF = Blink("none")
_SHOWN = {
    # Activity, then power. Slow is waiting for somebody, quick is something wrong: told apart from across a room.
    State.BOOTING: (Blink("heartbeat"), _ON),
    State.SETUP: (Blink("timer", 1000, 1000), _ON),
    State.READY: (_ON, _ON),
    State.TROUBLE: (Blink("timer", 150, 150), _OFF),
}


class _Light:
    """One LED, with what it showed before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = self._now()
        self._brightness = tree.text(folder / "brightness") or "0"

    def _now(self) -> Blink:
        triggers = tree.text(self._folder / "trigger") or ""
        chosen = next((word.strip("[]") for word in triggers.split() if word.startswith("[")), "none")
        on, off = (tree.number(self._folder / name) or 0 for name in ("delay_on", "delay_off"))
        return Blink(chosen, on, off)

    def show(self, blink: Blink) -> None:
        self._write("trigger", blink.trigger)
        if blink.trigger == "timer":
            # These two files are there only once the trigger is.
            self._write("delay_on", str(blink.on_ms))
            self._write("delay_off", str(blink.off_ms))
        elif blink.trigger == "none":
            self._write("brightness", "0")

    def restore(self) -> None:
        self.show(self._before)
        if self._before.trigger == "none":
            self._write("brightness", self._brightness)

    def _write(self, name: str, value: str) -> None:
        (self._folder / name).write_text(value)


class Leds:
    """The lights of this board that may be switched."""

    def __init__(self, profile: Profile, root: Path = REAL) -> None:
        self._activity = _first(profile.activity_leds, root)
        self._power = _first(profile.power_leds, root)

    def show(self, state: State) -> None:
        """Show a state until the next."""
        for light, blink in zip((self._activity, self._power), _SHOWN[state], strict=True):
            if light:
                light.show(blink)

    def restore(self) -> None:
        """Give the lights back."""
        for light in filter(None, (self._activity, self._power)):
            light.restore()


@contextmanager
def showing(state: State, profile: Profile, root: Path = REAL) -> Generator[Leds]:
    """Show a state for as long as the block runs."""
    leds = Leds(profile, root)
    try:
        leds.show(state)
        yield leds
    finally:
        leds.restore()


def names(root: Path = REAL) -> tuple[str, ...]:
    """Every LED that the kernel knows."""
    return tuple(sorted(folder.name for folder in root.glob("sys/class/leds/*")))


def _first(candidates: tuple[str, ...], root: Path) -> _Light | None:
    for name in candidates:
        folder = root / "sys/class/leds" / name
        # By what this process may do, not by whose it is: the unit gives one right and not the whole of root.
        if os.access(folder / "trigger", os.W_OK, effective_ids=True):
            return _Light(folder)
    return None


def main(arguments: list[str]) -> None:
    """Show the state that is named until SIGTERM or Ctrl+C, or leave it so."""
    state = State(arguments[0])
    if arguments[1:] == ["--leave"]:
        Leds(board.profile(board.read())).show(state)
        return
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with showing(state, board.profile(board.read())):
        signal.sigwait(ends)


if __name__ == "__main__":
    main(sys.argv[1:])
