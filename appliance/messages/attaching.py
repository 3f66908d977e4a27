"""What a message has of files: when it is sent, and when it is edited."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from appliance.access import ChannelAccess
from appliance.errors import Invalid
from appliance.files import attachments, view
from appliance.files.attachments import Claim
from appliance.files.model import Attachment, NewAttachment
from appliance.files.queries import BLOB
from appliance.ids import MessageId
from appliance.messages.model import SUPPRESS_EMBEDS, VOICE_MESSAGE, NewMessage, Part
from appliance.messages.queries import MessageRow
from appliance.storage import Transaction

_SOUND = ("audio/", "video/webm", "video/mp4")


class NotAVoiceMessage(Invalid):
    problem_key = "not_a_voice_message"
    field = "flags"
    problem = "A voice message is one recording with its length and its waveform, and no text beside it."


class NoSuchMessageFlags(Invalid):
    problem_key = "no_such_message_flags"
    field = "flags"
    problem = "Of a message's flags there is 4, to hide its embeds, and of a new one 8192, a voice message."


async def claim(tx: Transaction, author: ChannelAccess, new: NewMessage) -> Sequence[Claim]:
    """The uploads that a new message takes; otherwise why not."""
    flags = new.flags or 0
    if flags & ~(VOICE_MESSAGE | SUPPRESS_EMBEDS):
        raise NoSuchMessageFlags
    asked = new.attachments or []
    if flags & VOICE_MESSAGE:
        _require_voice(new, asked)
    elif any(one.waveform is not None for one in asked):
        raise NotAVoiceMessage
    claims = await attachments.claim(tx, author, asked) if asked else []
    if flags & VOICE_MESSAGE:
        await _require_sound(tx, claims[0])
    return claims


def _require_voice(new: NewMessage, asked: Sequence[NewAttachment]) -> None:
    beside = (new.content or "").strip() or new.poll or new.embeds or new.embed
    if len(asked) != 1 or beside:
        raise NotAVoiceMessage
    if asked[0].duration_secs is None or asked[0].waveform is None:
        raise NotAVoiceMessage


async def _require_sound(tx: Transaction, one: Claim) -> None:
    blob = await tx.one(BLOB, sha256=one.upload.blob)
    if blob is None or not blob.content_type.startswith(_SOUND):
        raise NotAVoiceMessage


async def attach(tx: Transaction, claims: Sequence[Claim], message_id: MessageId) -> list[Attachment]:
    """Give the uploads to a message whose row is there; what the message shows of them."""
    await attachments.attach(tx, claims, message_id)
    return (await view.of_messages(tx, [message_id]))[message_id]


async def change(
    tx: Transaction,
    author: ChannelAccess,
    old: MessageRow,
    asked: Sequence[NewAttachment] | UnsetType | None,
) -> int:
    """Make a message's files those that are asked for; its `parts` then."""
    if asked is UNSET:
        return old.parts
    if old.flags & VOICE_MESSAGE and [one.uploaded_filename for one in asked or []] != [None]:
        raise NotAVoiceMessage
    number = await attachments.change(tx, author, old.message_id, asked or [])
    return old.parts & ~Part.ATTACHMENTS | (Part.ATTACHMENTS if number else 0)
