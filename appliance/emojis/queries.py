"""The SQL behind emoji of guilds."""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, EmojiId, GuildId
from appliance.storage import Select, Transaction


class EmojiRow(msgspec.Struct, frozen=True):
    emoji_id: EmojiId
    guild_id: GuildId
    name: str
    creator_id: AccountId
    animated: bool


class MadeRow(AccountRow, frozen=True):
    """An emoji with whoever made it, whose columns come first."""

    emoji_id: EmojiId
    name: str
    animated: bool


class ImageRow(msgspec.Struct, frozen=True):
    content_type: str
    image: bytes


_EMOJI = "SELECT id AS emoji_id, guild_id, name, creator_id, animated FROM emoji "
EMOJI = Select(EmojiRow, _EMOJI + "WHERE id = :emoji_id AND guild_id = :guild_id")
EMOJIS = Select(EmojiRow, _EMOJI + "WHERE id IN (SELECT value FROM json_each(:ids))")
OF_GUILD = Select(EmojiRow, _EMOJI + "WHERE guild_id = :guild_id ORDER BY id")
OF_MINE = Select(
    EmojiRow,
    _EMOJI + "WHERE guild_id IN (SELECT guild_id FROM member WHERE account_id = :account_id) ORDER BY id",
)
MADE = Select(
    MadeRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}, e.id AS emoji_id, e.name, e.animated
      FROM emoji e
      JOIN account a ON a.id = e.creator_id
     WHERE e.guild_id = :guild_id
     ORDER BY e.id
    """,
)
IMAGE = Select(ImageRow, "SELECT content_type, image FROM emoji WHERE id = :emoji_id")


async def add(tx: Transaction, row: EmojiRow, image: ImageRow) -> None:
    await tx.run(
        "INSERT INTO emoji (id, guild_id, name, creator_id, animated, content_type, image)"
        " VALUES (:id, :guild_id, :name, :creator_id, :animated, :content_type, :image)",
        id=row.emoji_id, guild_id=row.guild_id, name=row.name, creator_id=row.creator_id,
        animated=row.animated, content_type=image.content_type, image=image.image,
    )  # fmt: skip


async def rename(tx: Transaction, emoji_id: EmojiId, name: str) -> None:
    await tx.run("UPDATE emoji SET name = :name WHERE id = :id", name=name, id=emoji_id)


async def remove(tx: Transaction, emoji_id: EmojiId) -> None:
    await tx.run("DELETE FROM emoji WHERE id = :id", id=emoji_id)
