"""The SQL behind what the worker is given to do."""

import msgspec

from appliance.ids import MessageId
from appliance.storage import Select, Transaction


class WaitingRow(msgspec.Struct, frozen=True):
    """A content with a job waiting for it; `tries` have been begun so far."""

    sha256: bytes
    size: int
    content_type: str
    tries: int


class FactsRow(msgspec.Struct, frozen=True):
    """What is known of a content."""

    state: int
    content_type: str
    width: int | None
    height: int | None
    duration_ms: int | None
    placeholder: bytes | None
    waveform: bytes | None
    playable: str
    progress: float | None


class ShownRow(msgspec.Struct, frozen=True):
    """The content of an attachment, and whether browsers play it."""

    sha256: bytes
    message_id: MessageId
    state: int
    playable: str


_WAITING = "SELECT sha256, size, content_type, tries FROM blob WHERE "
NEXT_LOOK = Select(WaitingRow, _WAITING + "state = 0 ORDER BY created_at LIMIT 1")
NEXT_CONVERSION = Select(WaitingRow, _WAITING + "playable = 'converting' ORDER BY created_at LIMIT 1")
FACTS = Select(
    FactsRow,
    """
    SELECT state, content_type, width, height, duration_ms, placeholder, waveform, playable, progress
      FROM blob
     WHERE sha256 = :sha256
    """,
)
SHOWN = Select(
    ShownRow,
    """
    SELECT b.sha256, t.message_id, b.state, b.playable
      FROM attachment t
      JOIN blob b ON b.sha256 = t.blob
     WHERE t.id = :attachment_id AND t.message_id = :message_id AND t.channel_id = :channel_id
    """,
)


async def set_tries(tx: Transaction, sha256: bytes, tries: int) -> None:
    await tx.run("UPDATE blob SET tries = :tries WHERE sha256 = :sha256", sha256=sha256, tries=tries)
