"""The SQL behind files that are kept and shown; that of uploads is in `upload_queries`, that of usage in `usage`."""

import json
from collections.abc import Iterable

import msgspec

from appliance.ids import AccountId, AttachmentId, ChannelId, MessageId
from appliance.storage import Select, Transaction


class AttachmentRow(msgspec.Struct, frozen=True):
    """An attachment with what is known of its blob."""

    id: AttachmentId
    message_id: MessageId
    channel_id: ChannelId
    account_id: AccountId
    position: int
    blob: bytes
    size: int
    filename: str
    description: str | None
    flags: int
    duration_ms: int | None
    waveform: bytes | None
    content_type: str
    state: int
    width: int | None
    height: int | None
    blob_duration_ms: int | None
    placeholder: bytes | None
    blob_waveform: bytes | None
    playable: str
    progress: float | None


class RenditionRow(msgspec.Struct, frozen=True):
    blob: bytes
    kind: str
    sha256: bytes
    size: int
    content_type: str
    width: int | None
    height: int | None


class BlobRow(msgspec.Struct, frozen=True):
    sha256: bytes
    size: int
    content_type: str
    state: int


class ServedRow(msgspec.Struct, frozen=True):
    """What an address leads to: the blob, and the rendition that was asked for, if there is one."""

    filename: str
    channel_id: ChannelId
    blob: bytes
    content_type: str
    state: int
    made: bytes | None
    made_content_type: str | None
    stripped: bytes | None
    stripped_content_type: str | None


class HashRow(msgspec.Struct, frozen=True):
    sha256: bytes


class MessageRefRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId
    message_id: MessageId


_ATTACHMENT = """
    SELECT t.id, t.message_id, t.channel_id, t.account_id, t.position, t.blob, t.size, t.filename, t.description, t.flags,
           t.duration_ms, t.waveform, b.content_type, b.state, b.width, b.height, b.duration_ms AS blob_duration_ms,
           b.placeholder, b.waveform AS blob_waveform, b.playable, b.progress
      FROM attachment t
      JOIN blob b ON b.sha256 = t.blob
"""
OF_MESSAGES = Select(
    AttachmentRow,
    _ATTACHMENT
    + "WHERE t.message_id IN (SELECT value FROM json_each(:ids)) ORDER BY t.message_id, t.position, t.id",
)
OF_CHANNEL = Select(
    AttachmentRow,
    _ATTACHMENT
    + """
     WHERE t.channel_id = :channel_id AND t.id < :before AND t.message_id >= :history_from
       AND (:prefix = '' OR b.content_type LIKE :prefix || '%')
       AND (:other = 0 OR NOT (b.content_type LIKE 'image/%' OR b.content_type LIKE 'video/%' OR b.content_type LIKE 'audio/%'))
       AND (:voice = 0 OR t.waveform IS NOT NULL)
     ORDER BY t.id DESC
     LIMIT :limit
    """,
)
RENDITIONS = Select(
    RenditionRow,
    """
    SELECT r.blob, r.kind, r.sha256, r.size, r.content_type, r.width, r.height
      FROM rendition r
     WHERE r.blob IN (SELECT t.blob FROM attachment t WHERE t.id IN (SELECT value FROM json_each(:ids)))
    """,
)
SERVED = Select(
    ServedRow,
    """
    SELECT t.filename, t.channel_id, t.blob, b.content_type, b.state, r.sha256 AS made,
           r.content_type AS made_content_type, s.sha256 AS stripped, s.content_type AS stripped_content_type
      FROM attachment t
      JOIN blob b ON b.sha256 = t.blob
      LEFT JOIN rendition r ON r.blob = t.blob AND r.kind = :kind
      LEFT JOIN rendition s ON s.blob = t.blob AND s.kind = 'stripped'
     WHERE t.id = :id
    """,
)
BLOB = Select(BlobRow, "SELECT sha256, size, content_type, state FROM blob WHERE sha256 = :sha256")
MESSAGES_WITH = Select(
    MessageRefRow, "SELECT DISTINCT channel_id, message_id FROM attachment WHERE blob = :sha256"
)

# Everything that should lie in `blobs/`.
KEPT = Select(HashRow, "SELECT sha256 FROM blob UNION SELECT sha256 FROM rendition")
DROPPED = Select(HashRow, "SELECT sha256 FROM dropped_blob LIMIT 500")
_UNUSED = "NOT EXISTS (SELECT 1 FROM blob_user u WHERE u.blob = b.sha256)"
UNUSED = Select(
    HashRow,
    f"SELECT b.sha256 FROM blob b WHERE b.sha256 IN (SELECT sha256 FROM dropped_blob LIMIT 500) AND {_UNUSED}",
)
ALL_UNUSED = Select(HashRow, f"SELECT b.sha256 FROM blob b WHERE {_UNUSED}")
RENDITIONS_OF = Select(HashRow, "SELECT sha256 FROM rendition WHERE blob = :sha256")
IS_KEPT = Select(
    HashRow,
    "SELECT sha256 FROM blob WHERE sha256 = :sha256 UNION SELECT sha256 FROM rendition WHERE sha256 = :sha256",
)


class NewAttachmentRow(msgspec.Struct, frozen=True):
    """What is stored of a file when its message is sent."""

    id: AttachmentId
    message_id: MessageId
    channel_id: ChannelId
    account_id: AccountId
    position: int
    blob: bytes
    size: int
    filename: str
    description: str | None
    flags: int
    duration_ms: int | None
    waveform: bytes | None


async def add_blob(tx: Transaction, row: BlobRow) -> None:
    """Note a content that is kept; nothing if it was."""
    await tx.run(
        "INSERT INTO blob (sha256, size, content_type, state, created_at)"
        " VALUES (:sha256, :size, :content_type, :state, :now) ON CONFLICT DO NOTHING",
        sha256=row.sha256, size=row.size, content_type=row.content_type, state=row.state, now=tx.now,
    )  # fmt: skip


async def remove_blob(tx: Transaction, sha256: bytes) -> None:
    await tx.run("DELETE FROM blob WHERE sha256 = :sha256", sha256=sha256)


async def forget_dropped(tx: Transaction, hashes: Iterable[bytes]) -> None:
    await tx.run_many("DELETE FROM dropped_blob WHERE sha256 = :sha256", [{"sha256": one} for one in hashes])


async def add_attachment(tx: Transaction, row: NewAttachmentRow) -> None:
    await tx.run(
        """
        INSERT INTO attachment
               (id, message_id, channel_id, account_id, position, blob, size, filename, description, flags, duration_ms,
                waveform)
        VALUES (:id, :message_id, :channel_id, :account_id, :position, :blob, :size, :filename, :description, :flags,
                :duration_ms, :waveform)
        """,
        **msgspec.structs.asdict(row),
    )


async def change_attachment(
    tx: Transaction, attachment_id: AttachmentId, position: int, description: str | None, flags: int
) -> None:
    await tx.run(
        "UPDATE attachment SET position = :position, description = :description, flags = :flags WHERE id = :id",
        id=attachment_id, position=position, description=description, flags=flags,
    )  # fmt: skip


async def remove_attachments(tx: Transaction, ids: Iterable[AttachmentId]) -> None:
    await tx.run_many("DELETE FROM attachment WHERE id = :id", [{"id": one} for one in ids])


def id_list(ids: Iterable[int]) -> str:
    return json.dumps(sorted(ids))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has found out about a blob."""

    state: int
    content_type: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    placeholder: bytes | None = None
    waveform: bytes | None = None
    playable: str = "no"
    progress: float | None = None


async def set_facts(tx: Transaction, sha256: bytes, facts: Facts) -> bool:
    """Write down what was found out; False if the blob is gone."""
    touched = await tx.run(
        """
        UPDATE blob
           SET state = :state, content_type = :content_type, width = :width, height = :height, duration_ms = :duration_ms,
               placeholder = :placeholder, waveform = :waveform, playable = :playable, progress = :progress
         WHERE sha256 = :blob
        """,
        blob=sha256, **msgspec.structs.asdict(facts),
    )  # fmt: skip
    return touched == 1


async def set_progress(tx: Transaction, sha256: bytes, playable: str, progress: float | None) -> bool:
    """How far a conversion is; False if the blob is gone."""
    touched = await tx.run(
        "UPDATE blob SET playable = :playable, progress = :progress WHERE sha256 = :sha256",
        sha256=sha256, playable=playable, progress=progress,
    )  # fmt: skip
    return touched == 1


async def put_rendition(tx: Transaction, row: RenditionRow) -> None:
    """Note what was made of a blob, in the place of what was made before."""
    await tx.run(
        """
        INSERT INTO rendition (blob, kind, sha256, size, content_type, width, height)
        VALUES (:blob, :kind, :sha256, :size, :content_type, :width, :height)
            ON CONFLICT (blob, kind) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size,
               content_type = excluded.content_type, width = excluded.width, height = excluded.height
        """,
        **msgspec.structs.asdict(row),
    )
