"""What the portal keeps in the data folder: how far setup is, and requests that something with more rights carries out.

What a newcomer would get wrong: the portal may not reset anything itself. It leaves `requests/factory-reset`, and what
runs as root at the next start does it before anything of ours is there.
"""

import logging
import secrets
from pathlib import Path

import msgspec

from appliance import atomic_file
from appliance.portal.deadlines import RESCUE_SECONDS
from appliance.portal.model import RESCUE_TRIES

log = logging.getLogger(__name__)

CARD_FILE = "hearth-setup"
_CODE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"
_CODE_LENGTH = 8


class Rescue(msgspec.Struct, frozen=True):
    """What became of a forgotten password since setup was opened by the card's file `card`.

    `opened` counts seconds since the box has started (clock_gettime(2), CLOCK_BOOTTIME).
    """

    card: int
    opened: float
    tries: int = RESCUE_TRIES
    done: bool = False

    def seconds(self, now: float) -> float:
        """How long it may yet be tried."""
        return max(0.0, self.opened + RESCUE_SECONDS - now)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`seen_card` is the card's file that was obeyed already: the portal may not delete it.

    `rescue` is on the disk before a password is replaced, so that whoever makes the portal start anew gets no second one.
    """

    language: str | None = None
    country: str | None = None
    finished: bool = False
    seen_card: int = 0
    rescue: Rescue | None = None


class ResetRequest(msgspec.Struct, frozen=True):
    """The content of `requests/factory-reset`; `wipe` says that the household's data goes too."""

    wipe: bool


class ProgressStore:
    """The files in `folder`, and the card's file in `card`."""

    def __init__(self, folder: Path, card: Path) -> None:
        self._file = folder / "portal.json"
        self._requests = folder / "requests"
        self._label = folder / "setup-code"
        self._card = card / CARD_FILE
        self._known: Progress | None = None

    def progress(self) -> Progress:
        """How far setup was; at the beginning if nothing is known or what is there is damaged."""
        if self._known is not None:
            return self._known
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Progress)
        except FileNotFoundError:
            return Progress()
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            log.warning("how far setup was cannot be read: %s", error)
            return Progress()

    def save(self, progress: Progress) -> None:
        """Remember how far setup is; where nothing can be written, until this process ends."""
        try:
            self._write(progress)
        except OSError as error:
            # Setup goes on: whoever stands before the box is better off with it than with a process that ends.
            log.error("how far setup is cannot be kept: %s", error)  # noqa: TRY400  it says it all

    def _write(self, progress: Progress) -> None:
        self._known = progress
        atomic_file.write(self._file, msgspec.json.encode(progress))

    def open_rescue(self, card: int, now: float) -> Rescue:
        """The state of the rescue that this file of the card has opened, at `now` seconds after the box's start.

        A portal that starts anew goes on with the one there is; a box that does has another quarter of an hour for it, and no
        more tries.
        """
        progress = self.progress()
        rescue = progress.rescue
        if rescue is None or rescue.card != card:
            rescue = Rescue(card, now)
        elif now < rescue.opened:
            rescue = msgspec.structs.replace(rescue, opened=now)
        if rescue != progress.rescue:
            self.save(msgspec.structs.replace(progress, rescue=rescue))
        return rescue

    def record_rescue(self, *, tries: int, done: bool) -> None:
        """Remember how the rescue that was opened stands; on the disk when this returns. `OSError` if it cannot be."""
        progress = self.progress()
        if progress.rescue is not None:
            rescue = msgspec.structs.replace(progress.rescue, tries=tries, done=done)
            self._write(msgspec.structs.replace(progress, rescue=rescue))

    def card_mark(self) -> int:
        """What tells one `hearth-setup` on the card from the next; 0 if there is none."""
        try:
            return self._card.stat().st_mtime_ns
        except OSError:
            # No card, no such folder: a computer rather than a box.
            return 0

    def request_reset(self, *, wipe: bool) -> None:
        """Leave word for the next start."""
        atomic_file.make_folder(self._requests, displaces=True)
        atomic_file.write(self._requests / "factory-reset", msgspec.json.encode(ResetRequest(wipe)))

    def code(self) -> str:
        """The code on the box's label if it has one, else one for this run only."""
        try:
            label = self._label.read_text().strip()
        except FileNotFoundError:
            label = ""
        except (OSError, UnicodeDecodeError) as error:
            log.warning("the code of the box's label cannot be read: %s", error)
            label = ""
        return label or "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
