"""What a guild that is told late still shows."""

import json
from typing import Any

from appliance.gateway.codec import encode
from appliance.gateway.events import GuildCame
from appliance.gateway.replay import as_seen_now
from appliance.ids import AccountId, ChannelId, GuildId

BO, KITCHEN, ATTIC = AccountId(1), ChannelId(2), ChannelId(3)


def state(who: int, where: ChannelId) -> dict[str, str]:
    return {"user_id": str(who), "channel_id": str(where)}


def told(guild: dict[str, Any], *seen: ChannelId) -> Any:
    event = encode(GuildCame, guild, GuildId(9))
    return json.loads(as_seen_now(event, set(seen), BO).text(7))


def test_hidden_channels_and_who_is_in_them_are_taken_out() -> None:
    guild = {
        "id": "9", "name": "Übersee “home”", "channels": [{"id": "2", "name": "kitchen"}, {"id": "3", "name": "attic"}],
        "voice_states": [state(4, KITCHEN), state(5, ATTIC)], "threads": [{"id": "6", "parent_id": "3"}],
    }  # fmt: skip

    left = {
        **guild,
        "channels": [{"id": "2", "name": "kitchen"}],
        "voice_states": [state(4, KITCHEN)],
        "threads": [],
    }
    assert told(guild, KITCHEN) == {"op": 0, "t": "GUILD_CREATE", "d": left, "s": 7}
    assert told(guild, KITCHEN, ATTIC, ChannelId(6))["d"] == guild


def test_one_knows_where_one_is_oneself() -> None:
    guild = {"channels": [], "threads": [], "voice_states": [state(BO, ATTIC), state(4, ATTIC)]}

    assert told(guild)["d"]["voice_states"] == [state(BO, ATTIC)]
