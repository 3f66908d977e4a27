"""What a message brings beside its text: read before anything is written, and written once the message is there."""

from collections.abc import Sequence

import msgspec
from msgspec import UnsetType
from msgspec.structs import replace

from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.embeds import service as embeds
from appliance.embeds.model import Embed, NewEmbed
from appliance.errors import Forbidden
from appliance.files.attachments import Claim
from appliance.ids import MessageId
from appliance.messages import attaching, emoji
from appliance.messages.model import SUPPRESS_EMBEDS, HeardMessage, NewMessage, Part
from appliance.messages.state import MessageState
from appliance.polls import service as polls
from appliance.storage import Transaction


class OnlyBotsEmbed(Forbidden):
    code = 20002
    key = "only_bots_embed"
    message = "Only bots put cards under what they say. Write it in words."


class Extras(msgspec.Struct, frozen=True):
    """Files, embeds, flags and a poll, checked; `NOTHING` of most messages."""

    claims: Sequence[Claim] = ()
    embeds: tuple[Embed, ...] = ()
    flags: int = 0
    poll: polls.Draft | None = None

    @property
    def parts(self) -> int:
        """In which other tables the message has something."""
        return (Part.ATTACHMENTS if self.claims else 0) | (0 if self.poll is None else Part.POLL)

    @property
    def shows_something(self) -> bool:
        """Whether there is something to see even without a word."""
        return bool(self.claims) or bool(self.embeds) or self.poll is not None


NOTHING = Extras()


async def read(tx: Transaction, author: ChannelAccess, caller: Caller, new: NewMessage) -> Extras:
    """What a message brings; an error if it may not (ATTACH_FILES, EMBED_LINKS, SEND_POLLS) or cannot be."""
    poll = None
    if new.poll is not None:
        author.check(Permission.SEND_POLLS)
        poll = polls.draft(new.poll)
        for _text, kind in poll.answers:
            if kind is not None:
                await emoji.require_usable(tx, author, kind)
    return Extras(
        claims=await attaching.claim(tx, author, new),
        embeds=read_embeds(author, caller, new.embeds, new.embed),
        flags=new.flags or 0,
        poll=poll,
    )


def read_embeds(
    author: ChannelAccess,
    caller: Caller,
    many: Sequence[NewEmbed] | UnsetType | None,
    one: NewEmbed | UnsetType | None,
) -> tuple[Embed, ...]:
    """The embeds of a bot's message, of which older libraries send one."""
    new = [*(many or ()), *([one] if one else ())]
    if not new:
        return ()
    if not caller.is_bot:
        raise OnlyBotsEmbed
    author.check(Permission.EMBED_LINKS)
    return embeds.read(new)


def changed_flags(old: int, wanted: int | None) -> int:
    """A message's flags after an edit, which changes whether its embeds are shown and nothing else."""
    if (wanted or 0) & ~(SUPPRESS_EMBEDS | old):
        raise attaching.NoSuchMessageFlags
    return old & ~SUPPRESS_EMBEDS | (wanted or 0) & SUPPRESS_EMBEDS


async def write(tx: Transaction, state: MessageState, extras: Extras, heard: HeardMessage) -> HeardMessage:
    """Keep what is in tables of its own, under a message that has its row; the message as everybody hears it."""
    message_id = MessageId(int(heard.id))
    if extras.claims:
        heard = replace(heard, attachments=await attaching.attach(tx, extras.claims, message_id))
    if extras.embeds and not extras.flags & SUPPRESS_EMBEDS:
        heard = replace(heard, embeds=extras.embeds)
    if extras.poll is not None:
        heard = replace(heard, poll=await polls.add(tx, message_id, extras.poll))
        state.polls.expect(extras.poll.ends_at(tx.now))
    return heard
