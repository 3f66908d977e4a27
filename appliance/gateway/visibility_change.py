"""What of a guild comes into somebody's sight and goes out of it, and how its threads are told.

Of a channel's threads nothing is said as it goes; those of one that comes are told together. Private threads come and go by
themselves, as people are taken into them.
"""

from collections.abc import Iterable, Iterator, Sequence

from appliance.access import GuildVisibility
from appliance.access.model import ChannelType
from appliance.channels.model import Channel
from appliance.gateway.codec import Sent, encode
from appliance.gateway.events import ThreadHidden, ThreadShown, ThreadsShown, ThreadSync
from appliance.ids import AccountId, ChannelId, GuildId
from appliance.storage import Reader
from appliance.threads import view as threads_view
from appliance.threads.events import GoneThread
from appliance.threads.model import Thread


class Change:
    """What an account sees that it did not see, and the other way round.

    `threads` are the open ones of the channels that it has come to see; `gained_threads` and `lost_threads` are private ones
    of channels that it goes on seeing.
    """

    def __init__(
        self,
        account_id: AccountId,
        gained: Sequence[Channel] = (),
        lost: Sequence[Channel] = (),
        *,
        threads: Sequence[Thread] = (),
        gained_threads: Sequence[Thread] = (),
        lost_threads: Sequence[GoneThread] = (),
    ) -> None:
        self.account_id, self.gained, self.lost = account_id, gained, lost
        self.threads, self.gained_threads, self.lost_threads = threads, gained_threads, lost_threads


async def changed_threads(
    reader: Reader,
    old: GuildVisibility,
    new: GuildVisibility,
    people: Iterable[AccountId],
    changed: Iterable[tuple[AccountId, set[ChannelId], set[ChannelId]]],
) -> dict[AccountId, Change]:
    """The threads that come into sight and go out of it; `changed` says the same of channels. One query for each of them."""
    channels = {account: (gained, lost) for account, gained, lost in changed}
    changes: dict[AccountId, Change] = {}
    for account in people:
        gained_channels, lost_channels = channels.get(account, (set[ChannelId](), set[ChannelId]()))
        gained, lost = _changed_private_threads(old, new, account, gained_channels, lost_channels)
        if not (gained_channels or gained or lost):
            continue
        active = await threads_view.active(reader, account, new.guild_id)
        shown = [one for one in active if int(one.id) in new.visible[account]]
        changes[account] = Change(
            account,
            threads=[one for one in shown if int(one.parent_id) in gained_channels],
            gained_threads=[one for one in shown if int(one.id) in gained],
            lost_threads=[_gone(old, one) for one in sorted(lost)],
        )
    return changes


def _gone(old: GuildVisibility, thread_id: ChannelId) -> GoneThread:
    return GoneThread(
        id=str(thread_id),
        guild_id=str(old.guild_id),
        parent_id=str(old.threads[thread_id].parent_id),
        type=int(ChannelType.PRIVATE_THREAD),
    )


def _changed_private_threads(
    old: GuildVisibility,
    new: GuildVisibility,
    account: AccountId,
    gained: set[ChannelId],
    lost: set[ChannelId],
) -> tuple[set[ChannelId], set[ChannelId]]:
    """Which private threads that stayed somebody who stayed has gained and lost, but for those of `gained` and `lost` channels."""
    private = [
        one
        for one, thread in new.threads.items()
        if thread.members is not None and one in old.threads and thread.parent_id not in gained | lost
    ]
    now, before = new.visible.get(account), old.visible.get(account)
    if now is None or before is None:
        return set(), set()
    return {one for one in private if one in now - before}, {one for one in private if one in before - now}


def thread_events(guild_id: GuildId, change: Change) -> Iterator[Sent]:
    """What somebody is told of threads after what they are told of channels."""
    for channel in change.gained:
        threads = [one for one in change.threads if one.parent_id == channel.id]
        if threads:
            sync = ThreadSync(
                guild_id=str(guild_id),
                channel_ids=[channel.id],
                threads=threads,
                members=threads_view.members_of(threads),
            )
            yield encode(ThreadsShown, sync, guild_id, ChannelId(int(channel.id)))
    for thread in change.gained_threads:
        yield encode(ThreadShown, thread, guild_id, ChannelId(int(thread.id)))
    for gone in change.lost_threads:
        yield encode(ThreadHidden, gone, guild_id)
