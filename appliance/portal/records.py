"""What the portal keeps in the data folder: how far setup is, and wishes that something with more rights carries out.

What a newcomer would get wrong: the portal may not reset anything itself. It leaves `requests/factory-reset`, and what
runs as root at the next start does it before anything of ours is there.
"""

import logging
import secrets
from pathlib import Path

import msgspec

from appliance import atomic_file

log = logging.getLogger(__name__)

CARD_FILE = "hearth-setup"
_CODE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"
_CODE_LENGTH = 8


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`seen_card` is the card's file that was obeyed already: the portal may not delete it."""

    language: str | None = None
    country: str | None = None
    finished: bool = False
    seen_card: int = 0


class ResetWish(msgspec.Struct, frozen=True):
    """The content of `requests/factory-reset`; `wipe` says that the household's data goes too."""

    wipe: bool


class Records:
    """The files in `folder`, and the card's file in `card`."""

    def __init__(self, folder: Path, card: Path) -> None:
        self._file = folder / "portal.json"
        self._requests = folder / "requests"
        self._label = folder / "setup-code"
        self._card = card / CARD_FILE

    def progress(self) -> Progress:
        """How far setup was; at the beginning if nothing is known or what is there is damaged."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Progress)
        except FileNotFoundError:
            return Progress()
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            log.warning("how far setup was cannot be read: %s", error)
            return Progress()

    def save(self, progress: Progress) -> None:
        """Remember how far setup is."""
        atomic_file.write(self._file, msgspec.json.encode(progress))

    def card_mark(self) -> int:
        """What tells one `hearth-setup` on the card from the next; 0 if there is none."""
        try:
            return self._card.stat().st_mtime_ns
        except OSError:
            # No card, no such folder: a computer rather than a box.
            return 0

    def wish_reset(self, *, wipe: bool) -> None:
        """Leave word for the next start."""
        atomic_file.make_folder(self._requests, displaces=True)
        atomic_file.write(self._requests / "factory-reset", msgspec.json.encode(ResetWish(wipe)))

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
