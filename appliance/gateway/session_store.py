"""Sessions on disk between a planned stop and the next start, so that a restart loses nothing.

The file is taken away as soon as it is read, and is worth nothing once anything was committed after it was written:
whoever resumed would miss that. After a crash there is no file, and clients identify anew.
"""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance import atomic_file
from appliance.gateway.codec import Sent, Status
from appliance.gateway.replay_log import Entry, ReplayLog
from appliance.gateway.session import RESUME_SECONDS, Identity, Own, Ring, Session

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """A session; a `floor` of None is that of one which cannot be resumed."""

    identity: Identity
    last: int
    own: list[Own]
    floor: int | None
    status: Status = "online"


class _Told(msgspec.Struct, frozen=True):
    """An entry of the replay log; `sessions` are indexes into the list of those that are kept."""

    event: Sent
    sessions: tuple[int, ...]


class _File(msgspec.Struct, frozen=True):
    saved_at: float
    first: int
    told: list[_Told]
    sessions: list[_Kept]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_File)


def save(path: Path, replay_log: ReplayLog, sessions: Sequence[Session]) -> None:
    """Write all of it, readable by nobody else; failing costs clients a fresh start and no more."""
    indexes = {session: index for index, session in enumerate(sessions)}
    told = [
        _Told(event, tuple(indexes[one] for one in hearers if one in indexes))
        for event, hearers in replay_log
    ]
    kept = [
        _Kept(one.identity, one.last, list(one.ring), None if one.is_broken else one.ring.floor, one.status)
        for one in sessions
    ]
    try:
        atomic_file.write(path, _encoder.encode(_File(time.time(), replay_log.first, told, kept)))
    except OSError as error:
        log.warning("sessions could not be kept over the restart: %s", error)


def load(path: Path, replay_log: ReplayLog) -> list[Session]:
    """The sessions of the last planned stop, if that was a short while ago, and what they were told into a new log.

    The file is gone afterwards.
    """
    try:
        data = path.read_bytes()
        path.unlink()
        file = _decoder.decode(data)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        log.warning("sessions from before the restart could not be read: %s", error)
        return []
    age = time.time() - file.saved_at
    # A clock that jumped (a Pi has no battery for it) makes the age meaningless: then nobody resumes.
    if not 0 <= age < RESUME_SECONDS:
        return []
    sessions = [_session(kept, replay_log) for kept in file.sessions]
    if any(not 0 <= index < len(sessions) for told in file.told for index in told.sessions):
        log.warning("sessions from before the restart do not belong together")
        return []
    # Nearly all was told to the same few sets of sessions.
    sets = {told.sessions: [sessions[index] for index in told.sessions] for told in file.told}
    replay_log.restore(file.first, (Entry(told.event, sets[told.sessions]) for told in file.told))
    return sessions


def _session(kept: _Kept, replay_log: ReplayLog) -> Session:
    session = Session(kept.identity, replay_log, last=kept.last, ring=Ring(kept.own, kept.floor or 0))
    session.status = kept.status
    if kept.floor is None:
        session.give_up()
    return session


def discard(path: Path) -> None:
    path.unlink(missing_ok=True)
