"""Messages as they go over the wire (docs/protocol.md)."""

from collections.abc import Sequence
from enum import IntFlag
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from appliance.access.model import Member
from appliance.accounts.model import User
from appliance.embeds.model import Embed, NewEmbed
from appliance.files.model import Attachment, NewAttachment
from appliance.ids import Snowflake
from appliance.polls.model import NewPoll, Poll
from appliance.refusals import Body, Fields, Later
from appliance.threads.model import Thread

PLAIN = 0
REPLY = 19
CHANNEL_PINNED = 6
"""Its author has pinned the message that `message_reference` names."""
# How a poll ended: its author asked, `embeds` tell the result.
POLL_RESULT = 46
# What happened to a group: its author did it, `mentions` are those to whom, `content` is a new name.
RECIPIENT_ADDED, RECIPIENT_REMOVED, NAME_CHANGED = 1, 2, 4
# Of threads: in a channel, that one was begun there (`content` is its name); in the thread, where it began.
THREAD_CREATED, THREAD_STARTER = 18, 21
ANSWERS = frozenset({REPLY, THREAD_STARTER})
"""Messages that show another one, as `referenced_message`."""
HAS_THREAD = 1 << 5
"""The flag of a message at which a thread began; it has the thread's id."""
SUPPRESS_EMBEDS = 1 << 2
"""A message's flag: its embeds are not shown."""
VOICE_MESSAGE = 1 << 13
"""A message's flag: it is one recording and nothing else."""
WRITTEN_BY_PEOPLE = frozenset({PLAIN, REPLY})
DELETABLE = WRITTEN_BY_PEOPLE | {CHANNEL_PINNED, POLL_RESULT}


class Part(IntFlag):
    """What a message has in other tables; a message without a bit does not ask them."""

    ATTACHMENTS = 1
    POLL = 2
    THREAD = 4
    PREVIEWS = 8


class Emoji(Struct, frozen=True, kw_only=True):
    """A reaction's emoji. With an `id` it is a guild's own, and without a name then if it was deleted."""

    id: str | None = None
    name: str | None
    animated: bool = False


class CountDetails(Struct, frozen=True):
    """How many reactions are of which kind; ours are all plain."""

    normal: int
    burst: int = 0


class Reaction(Struct, frozen=True, kw_only=True):
    count: int
    count_details: CountDetails
    me: bool
    me_burst: bool = False
    emoji: Emoji
    burst_colors: tuple[()] = ()


class Reference(Struct, frozen=True, kw_only=True):
    """`type` 0: the message that is answered, or that was pinned. Without a message it is of a whole thread, `channel_id`."""

    type: Literal[0] = 0
    message_id: str | UnsetType = UNSET
    channel_id: str
    guild_id: str | UnsetType = UNSET


class Message(Struct, frozen=True, kw_only=True):
    """`guild_id` is absent in conversations.

    `referenced_message` is absent where nothing is answered, and null where the original is gone; in an event also absent
    if somebody who hears it came into the group after the original.
    """

    id: str
    channel_id: str
    guild_id: str | UnsetType = UNSET
    author: User
    content: str
    timestamp: str
    edited_timestamp: str | None
    tts: bool = False
    mention_everyone: bool
    mentions: list[User]
    mention_roles: list[str]
    mention_channels: tuple[()] = ()
    attachments: Sequence[Attachment] = ()
    embeds: Sequence[Embed] = ()
    components: tuple[()] = ()
    sticker_items: tuple[()] = ()
    message_snapshots: tuple[()] = ()
    reactions: Sequence[Reaction] | UnsetType = ()
    pinned: bool = False
    type: int
    flags: int = 0
    nonce: str | int | UnsetType = UNSET
    message_reference: Reference | UnsetType = UNSET
    referenced_message: "Message | UnsetType | None" = UNSET
    poll: Poll | UnsetType = UNSET
    thread: Thread | UnsetType = UNSET


class HeardMessage(Message, frozen=True, kw_only=True):
    """A message as the gateway says it: with the author as a member, and with the kind of channel."""

    member: Member | UnsetType = UNSET
    channel_type: int | UnsetType = UNSET


class ReadState(Struct, frozen=True, kw_only=True):
    """How far somebody has read in a channel; `id` is the channel's."""

    id: str
    last_message_id: str
    mention_count: int


class MessageReference(Body, frozen=True):
    fields = Fields("MessageReference")
    message_id: Snowflake
    channel_id: Snowflake | None = None
    guild_id: Snowflake | None = None
    fail_if_not_exists: bool | None = True
    type: Later = UNSET


class AllowedMentions(Struct, frozen=True):
    """Who may be told at all. Without it: whoever the text names; with it: only what it lists."""

    parse: list[str] = []
    users: list[Snowflake] = []
    roles: list[Snowflake] = []
    replied_user: bool | None = False


type Nonce = Annotated[str, Meta(max_length=64)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class NewMessage(Body, frozen=True):
    fields = Fields("NewMessage")
    content: str | None = None
    nonce: Nonce | UnsetType | None = UNSET
    enforce_nonce: bool | None = False
    message_reference: MessageReference | None = None
    allowed_mentions: AllowedMentions | None = None
    embeds: list[NewEmbed] | None = None
    embed: NewEmbed | None = None
    poll: NewPoll | None = None
    flags: int | None = None
    tts: Later = UNSET
    components: Later = UNSET
    attachments: list[NewAttachment] | None = None
    sticker_ids: Later = UNSET
    shared_client_theme: Later = UNSET

    def is_text_alone(self) -> bool:
        """Whether nothing but words is sent."""
        return not (self.attachments or self.flags or self.embeds or self.embed or self.poll)


class MessageEdit(Body, frozen=True):
    fields = Fields("MessageEdit")
    content: str | UnsetType | None = UNSET
    allowed_mentions: AllowedMentions | None = None
    embeds: list[NewEmbed] | UnsetType | None = UNSET
    embed: NewEmbed | UnsetType | None = UNSET
    flags: int | UnsetType | None = UNSET
    components: Later = UNSET
    attachments: list[NewAttachment] | UnsetType | None = UNSET

    def is_of_flags_alone(self) -> bool:
        """Whether nothing but `flags` is to be changed."""
        others = (self.content, self.embeds, self.embed, self.attachments)
        return self.flags is not UNSET and all(one is UNSET for one in others)


class BulkDelete(Struct, frozen=True):
    messages: list[Snowflake]


class Ack(Struct, frozen=True):
    """`manual`: marked by hand, so it may also go back."""

    manual: bool = False


class ReadStateAck(Struct, frozen=True):
    """One channel that is read up to a message; `read_state_type` 0 is the only kind that there is."""

    channel_id: Snowflake
    message_id: Snowflake
    read_state_type: Literal[0] = 0


class BulkAck(Struct, frozen=True):
    read_states: list[ReadStateAck]


class AckToken(Struct, frozen=True):
    token: None = None
