"""“… is writing”: told at most once in five seconds for each person and channel, and kept nowhere."""

from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.ids import AccountId, ChannelId, Millis, text_or_unset
from appliance.messages import text_channel
from appliance.messages.events import Typing, TypingStarted
from appliance.storage import Transaction

PAUSE_MS = 5000
# What is older than the pause says nothing; it is thrown away when this many have gathered.
_MOST_KEPT = 1024


class TypingPace:
    """When each person was last said to be writing in each channel."""

    def __init__(self) -> None:
        self._told: dict[tuple[AccountId, ChannelId], Millis] = {}

    def due(self, account_id: AccountId, channel_id: ChannelId, now: Millis) -> bool:
        """Whether it is to be told now; if so, it counts as told."""
        last = self._told.get((account_id, channel_id))
        if last is not None and 0 <= now - last < PAUSE_MS:
            return False
        if len(self._told) >= _MOST_KEPT:
            self._told = {key: when for key, when in self._told.items() if 0 <= now - when < PAUSE_MS}
        self._told[account_id, channel_id] = now
        return True

    def forget(self, account_id: AccountId, channel_id: ChannelId) -> None:
        """Their message is there, which ends the sign everywhere; writing on is told anew at once."""
        self._told.pop((account_id, channel_id), None)


async def start(tx: Transaction, pace: TypingPace, caller: Caller, channel_id: ChannelId) -> None:
    """Let the others know that somebody is writing (SEND_MESSAGES)."""
    where = await text_channel.require(tx, caller, channel_id, Permission.SEND_MESSAGES)
    if not pace.due(caller.account_id, channel_id, tx.now):
        return
    payload = Typing(
        channel_id=str(channel_id),
        guild_id=text_or_unset(where.guild_id),
        user_id=str(caller.account_id),
        timestamp=tx.now // 1000,
        member=where.member(),
    )
    tx.emit(
        TypingStarted(
            guild_id=where.guild_id,
            channel_id=channel_id,
            actor_id=caller.account_id,
            payload=payload,
        )
    )
