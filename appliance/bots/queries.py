"""The SQL of bots."""

import msgspec

from appliance.ids import AccountId, GuildId
from appliance.storage import Select, Transaction


class BotRow(msgspec.Struct, frozen=True):
    """A bot with its names; its token is stored as a hash only."""

    id: AccountId
    username: str
    display_name: str
    guild_id: GuildId
    owner_id: AccountId


_BOT = "SELECT a.id, a.username, a.display_name, b.guild_id, b.owner_id FROM bot b JOIN account a ON a.id = b.account_id"
BOT = Select(BotRow, f"{_BOT} WHERE b.account_id = :id")
BOTS = Select(BotRow, f"{_BOT} WHERE b.guild_id = :guild_id ORDER BY b.account_id")


async def add(
    tx: Transaction, bot_id: AccountId, guild_id: GuildId, owner_id: AccountId, token_hash: bytes
) -> None:
    await tx.run(
        "INSERT INTO bot (account_id, guild_id, owner_id, token_hash, created_at)"
        " VALUES (:bot_id, :guild_id, :owner_id, :token_hash, :now)",
        bot_id=bot_id, guild_id=guild_id, owner_id=owner_id, token_hash=token_hash, now=tx.now,
    )  # fmt: skip


async def set_token(tx: Transaction, bot_id: AccountId, token_hash: bytes) -> None:
    await tx.run(
        "UPDATE bot SET token_hash = :token_hash WHERE account_id = :bot_id",
        bot_id=bot_id, token_hash=token_hash,
    )  # fmt: skip
