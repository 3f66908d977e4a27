"""A missed GUILD_CREATE, told late: what it shows of channels that have been hidden since is taken out of it.

Every other event that is replayed is about one channel, or about what all members may know.
"""

from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from appliance.gateway.codec import Sent, head_of
from appliance.ids import AccountId, ChannelId


class _Frame(msgspec.Struct, frozen=True):
    d: dict[str, Any]


_decoder = msgspec.json.Decoder(_Frame)
_encoder = msgspec.json.Encoder()


def as_seen_now(event: Sent, seen: AbstractSet[ChannelId], account_id: AccountId) -> Sent:
    """The guild as it was then, without the channels and threads, and the calls in them, that are not in `seen`.

    Not the guild as it is now: the events behind it say what has changed, and would be counted twice.
    """
    guild = _decoder.decode(event.text(0)).d
    ids = {str(channel) for channel in seen}
    guild["channels"] = [channel for channel in guild["channels"] if channel["id"] in ids]
    guild["threads"] = [thread for thread in guild["threads"] if thread["id"] in ids]
    guild["voice_states"] = [
        state
        for state in guild["voice_states"]
        if state["channel_id"] in ids or state["user_id"] == str(account_id)
    ]
    return msgspec.structs.replace(event, head=head_of(event.name, _encoder.encode(guild)))
