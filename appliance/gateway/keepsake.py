"""Sessions on disk between a planned stop and the next start, so that a restart loses nothing.

The file is taken away as soon as it is read, and is worth nothing once anything was committed after it was written:
whoever resumed would miss that. After a crash there is no file, and clients identify anew.
"""

import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from appliance.gateway.codec import Sent, Status
from appliance.gateway.session import RESUME_SECONDS, Identity, Ring, Session

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """A session; `events` are places in the list of all events, which many sessions share."""

    identity: Identity
    last: int
    events: list[int]
    status: Status = "online"


class _File(msgspec.Struct, frozen=True):
    saved_at: float
    sessions: list[_Kept]
    events: list[Sent]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_File)


def save(path: Path, sessions: Iterable[Session]) -> None:
    """Write every session, readable by nobody else; failing costs clients a fresh start and no more."""
    events: list[Sent] = []
    places: dict[int, int] = {}
    kept: list[_Kept] = []
    for session in sessions:
        mine: list[int] = []
        for event in session.ring:
            place = places.setdefault(id(event), len(events))
            if place == len(events):
                events.append(event)
            mine.append(place)
        kept.append(_Kept(session.identity, session.ring.last, mine, session.status))
    draft = path.with_suffix(".new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_encoder.encode(_File(time.time(), kept, events)))
        draft.replace(path)
    except OSError as error:
        log.warning("sessions could not be kept over the restart: %s", error)


def load(path: Path) -> list[Session]:
    """The sessions of the last planned stop, if that was a short while ago; the file is gone afterwards."""
    try:
        data = path.read_bytes()
        path.unlink()
        file = _decoder.decode(data)
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        log.warning("sessions from before the restart could not be read: %s", error)
        return []
    age = time.time() - file.saved_at
    # A clock that jumped (a Pi has no battery for it) makes the age meaningless: then nobody resumes.
    if not 0 <= age < RESUME_SECONDS:
        return []
    return [_session(kept, file.events) for kept in file.sessions]


def _session(kept: _Kept, events: list[Sent]) -> Session:
    session = Session(kept.identity, Ring([events[place] for place in kept.events], kept.last))
    session.status = kept.status
    return session


def discard(path: Path) -> None:
    path.unlink(missing_ok=True)
