"""The SQL behind previews."""

import json
from collections.abc import Collection, Iterable

import msgspec

from appliance.ids import AttachmentId, MessageId, Millis
from appliance.storage import Select, Transaction


class PreviewRow(msgspec.Struct, frozen=True):
    """What was found at an address; without a card there was nothing to show."""

    id: AttachmentId
    card: str | None


class ShownRow(msgspec.Struct, frozen=True):
    """A card of a message."""

    message_id: MessageId
    position: int
    preview_id: AttachmentId
    address: str
    card: str
    picture: bytes | None
    width: int | None
    height: int | None


class PictureRow(msgspec.Struct, frozen=True):
    picture: bytes


class SwitchRow(msgspec.Struct, frozen=True):
    value: str


class NewPreviewRow(msgspec.Struct, frozen=True):
    id: AttachmentId
    address: str
    card: str | None
    picture: bytes | None = None
    width: int | None = None
    height: int | None = None


_SWITCH = "link_previews"
SWITCH = Select(SwitchRow, f"SELECT value FROM box WHERE key = '{_SWITCH}'")
FOUND = Select(
    PreviewRow,
    """
    SELECT id, card
      FROM preview
     WHERE address = :address
       AND fetched_at > CASE WHEN card IS NULL THEN :nothing_since ELSE :something_since END
     ORDER BY fetched_at DESC
     LIMIT 1
    """,
)
PREVIEW = Select(PreviewRow, "SELECT id, card FROM preview WHERE id = :id")
OF_MESSAGES = Select(
    ShownRow,
    """
    SELECT m.message_id, m.position, m.preview_id, p.address, p.card, p.picture, p.width, p.height
      FROM message_preview m
      JOIN preview p ON p.id = m.preview_id
     WHERE m.message_id IN (SELECT value FROM json_each(:ids)) AND p.card IS NOT NULL
     ORDER BY m.message_id, m.position
    """,
)
PICTURE = Select(PictureRow, "SELECT picture FROM preview WHERE id = :id AND picture IS NOT NULL")


def id_list(ids: Collection[int]) -> str:
    return json.dumps(sorted(ids))


async def switch(tx: Transaction, *, on: bool) -> None:
    await tx.run(
        "INSERT INTO box (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key=_SWITCH, value="on" if on else "off",
    )  # fmt: skip


async def add(tx: Transaction, row: NewPreviewRow) -> None:
    await tx.run(
        "INSERT INTO preview (id, address, fetched_at, card, picture, width, height)"
        " VALUES (:id, :address, :now, :card, :picture, :width, :height)",
        now=tx.now, **msgspec.structs.asdict(row),
    )  # fmt: skip


async def show(tx: Transaction, message_id: MessageId, cards: Iterable[tuple[AttachmentId, int]]) -> None:
    """Show cards under a message, each at its position; those that it has already move there."""
    await tx.run_many(
        "INSERT INTO message_preview (message_id, preview_id, position) VALUES (:message_id, :preview_id, :position)"
        " ON CONFLICT (message_id, preview_id) DO UPDATE SET position = excluded.position",
        [
            {"message_id": message_id, "preview_id": preview_id, "position": position}
            for preview_id, position in cards
        ],
    )


async def drop(tx: Transaction, message_id: MessageId, preview_ids: Iterable[AttachmentId]) -> None:
    """Take cards from a message."""
    await tx.run_many(
        "DELETE FROM message_preview WHERE message_id = :message_id AND preview_id = :preview_id",
        [{"message_id": message_id, "preview_id": preview_id} for preview_id in preview_ids],
    )


async def sweep(tx: Transaction, nothing_since: Millis, something_since: Millis) -> int:
    """Forget what is too old and what no message shows; how many that were."""
    return await tx.run(
        """
        DELETE FROM preview
         WHERE fetched_at <= CASE WHEN card IS NULL THEN :nothing_since ELSE :something_since END
           AND NOT EXISTS (SELECT 1 FROM message_preview m WHERE m.preview_id = preview.id)
        """,
        nothing_since=nothing_since, something_since=something_since,
    )  # fmt: skip
