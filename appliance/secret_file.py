"""A secret that the box makes for itself at the first start, and makes anew when its file is not whole."""

import logging
import secrets
from pathlib import Path

import msgspec

from appliance import atomic_file

log = logging.getLogger(__name__)

BYTES = 32
# Of 32 random bytes some 30 are different. A block that was never written, or has died, holds one value over and over.
_LEAST_DIFFERENT = 8


class Secret(msgspec.Struct, frozen=True):
    """The bytes; `repaired` says that there was a file and that what was in it could not be used."""

    content: bytes
    repaired: bool


def load(file: Path, *, was_there: bool = False) -> Secret:
    """The secret in a file, made if it is missing and made anew if it is damaged.

    `was_there` says that the box has been in use, so that a missing file is a lost one. Where nothing can be written, the secret
    holds until the process ends.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = None
    except OSError as error:
        log.warning("%s cannot be read: %s", file, error.strerror)
        content = b""
    if content is not None and is_whole(content):
        return Secret(content, repaired=False)
    fresh = secrets.token_bytes(BYTES)
    repaired = was_there or content is not None
    if repaired:
        log.warning("%s was damaged or gone and is made anew: everybody's devices sign in once more", file)
    try:
        atomic_file.make_folder(file.parent, displaces=True)
        atomic_file.write(file, fresh)
    except OSError as error:
        log.error("%s cannot be written (%s): what it is for ends with this run", file, error.strerror)  # noqa: TRY400  it says it all
    return Secret(fresh, repaired)


def is_whole(content: bytes) -> bool:
    """Whether these bytes can be a secret of ours: as many as we make, and not all the same."""
    return len(content) == BYTES and len(set(content)) >= _LEAST_DIFFERENT
