"""People in a room of a guild that they do not see: a moderator put them there, or it was closed to them since.

As long as they are in it they know the room and hear who else is there, and who comes and goes; of everything else that
happens to it they hear no more than before, and with the call that ends.
"""

from collections.abc import Collection, Mapping

import msgspec

from appliance.access import GuildVisibility
from appliance.channels import guild_creation, view
from appliance.channels.model import Channel
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.voice.events import VoiceStateChanged


def bare(channel: Channel) -> Channel:
    """A channel without who may see it, for those who may not."""
    return msgspec.structs.replace(channel, permission_overwrites=[])


def forgotten(channel: Channel) -> Channel:
    """A channel for those who see it no longer: all that is known of it here may be newer than what they were told."""
    blank = guild_creation.blank_channel(
        GuildId(int(channel.guild_id)), ChannelId(int(channel.id)), channel.type, ""
    )
    return view.wire(blank, [])


class TemporaryAccess:
    """Who is in which room, as far as clients have been told, and the rooms that are shown to guests."""

    def __init__(self) -> None:
        self._rooms: dict[AccountId, ChannelId] = {}
        self._shown: dict[AccountId, Channel] = {}

    @property
    def people(self) -> Collection[AccountId]:
        """Everybody who is in a room, as a guest or not."""
        return self._rooms.keys()

    def room_of(self, account_id: AccountId) -> ChannelId | None:
        return self._rooms.get(account_id)

    def shown_to(self, account_id: AccountId) -> Channel | None:
        """The room in which somebody is a guest."""
        return self._shown.get(account_id)

    def in_room(self, channel_id: ChannelId) -> list[AccountId]:
        """The guests of a room; none of them sees it otherwise."""
        return [account for account, room in self._shown.items() if room.id == str(channel_id)]

    def changes_with(self, event: VoiceStateChanged, visibility: GuildVisibility) -> bool:
        """Whether somebody becomes the guest of a room by it, or is one no longer."""
        shown = self._shown.get(event.account_id)
        if event.payload.channel_id is None:
            return shown is not None and event.moved_to is None
        return (shown.id if shown else None) != (
            str(event.channel_id) if needs_temporary_access(event, visibility) else None
        )

    def show(self, account_id: AccountId, room: Channel | None) -> None:
        """They are a guest of this room now, or of none."""
        if room is None:
            self._shown.pop(account_id, None)
        else:
            self._shown[account_id] = bare(room)

    def voice_state_changed(self, event: VoiceStateChanged) -> None:
        """Somebody is in a room, or has left one for nowhere."""
        if event.payload.channel_id is not None:
            self._rooms[event.account_id] = event.channel_id
        elif event.moved_to is None:
            self._rooms.pop(event.account_id, None)

    def update(self, channel_id: ChannelId, channel: Channel) -> None:
        """A room is called otherwise."""
        for account in self.in_room(channel_id):
            self.show(account, channel)

    def begin(
        self,
        rooms: Mapping[AccountId, ChannelId],
        visibility: GuildVisibility,
        channels: Mapping[ChannelId, Channel],
    ) -> None:
        """Know those who are in a room already; they have been told, or will be with their first picture."""
        self._rooms, self._shown = dict(rooms), {}
        for account, room in rooms.items():
            if room in channels and account not in visibility.audiences.get(room, ()):
                self.show(account, channels[room])

    def visibility_changed(
        self,
        account_id: AccountId,
        gained: set[ChannelId],
        lost: set[ChannelId],
        channels: Mapping[ChannelId, Channel],
    ) -> None:
        """Somebody sees other channels than before: the room they are in is not lost to them until they leave it."""
        room = self._rooms.get(account_id)
        if room in gained:
            self.show(account_id, None)
        elif room is not None and room in lost and room in channels:
            lost.remove(room)
            self.show(account_id, channels[room])

    def keep(self, members: Collection[AccountId]) -> None:
        """Who is no member any more loses the whole guild, and the room with it."""
        for account in [one for one in self._shown if one not in members]:
            self.show(account, None)


def needs_temporary_access(event: VoiceStateChanged, visibility: GuildVisibility) -> bool:
    """Whether the room is one that its newcomer does not see."""
    account_id = event.account_id
    return account_id in visibility.members and account_id not in visibility.audiences.get(
        event.channel_id, ()
    )
