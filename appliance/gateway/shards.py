"""Sharding, as bots of the public API split their guilds among connections: each hears of its own part alone.

A bot of ours lives in one guild, so at most one of its shards hears anything of it; the others are told who they are.
"""

from appliance.gateway.codec import Shard
from appliance.guilds import queries
from appliance.ids import AccountId
from appliance.storage import Reader

# Where in a snowflake its time begins, by which the public API deals guilds out to shards.
_TIME_SHIFT = 22


def holds(shard: Shard | None, guild_id: int) -> bool:
    """Whether a guild belongs to this part; without a shard all do."""
    return shard is None or (guild_id >> _TIME_SHIFT) % shard[1] == shard[0]


async def holds_any(reader: Reader, account_id: AccountId, shard: Shard) -> bool:
    """Whether any guild of the account belongs to this part."""
    rows = await reader.all(queries.JOINED, account_id=account_id)
    return any(holds(shard, row.guild_id) for row in rows)
