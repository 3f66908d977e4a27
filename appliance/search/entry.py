"""What of a message goes into the index: its folded words, those of its files' names and its poll, and a few labels.

A label is a word that nobody can type, as folding drops its first character: the message's channel, its author, whom it mentions,
and what it has. What can change without the message, such as a pin, is no label.
"""

import json
import re
from collections.abc import Iterator

import msgspec

from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages.model import WRITTEN_BY_PEOPLE, Part
from appliance.text.folding import fold

_MARK = "\ue000"
EVERYONE = f"{_MARK}e"
"""Of a message that mentions everybody."""
_BETWEEN = f" {_MARK} "
"""Keeps a phrase from beginning in the text and ending in a file's name."""

HAS = {
    name: f"{_MARK}h{letter}"
    for name, letter in {
        "link": "l", "file": "f", "image": "i", "video": "v", "sound": "s", "embed": "e", "poll": "p"
    }.items()
}  # fmt: skip
"""What a message can have, by the public API's name, with its label."""

_LINK = re.compile(r"https?://", re.IGNORECASE)
# A mention is an id, and an emoji of a guild a name and one: nobody looks for the number.
_REFERENCE = re.compile(r"<(?:@[!&]?|#|a?:(\w{2,32}):)\d{1,20}>")
_KINDS = {"image": HAS["image"], "video": HAS["video"], "audio": HAS["sound"]}


class MessageToIndex(msgspec.Struct, frozen=True):
    """A message with all that its entry is made of.

    `mentions`, `files` and `poll` are JSON arrays: of ids, of names with content types, of a question and its answers.
    """

    message_id: MessageId
    channel_id: ChannelId
    author_id: AccountId
    type: int
    content: str
    mention_everyone: bool
    parts: int
    has_embeds: bool
    mentions: str
    files: str
    poll: str


def channel_label(channel_id: ChannelId) -> str:
    return f"{_MARK}c{channel_id:x}"


def author_label(account_id: AccountId) -> str:
    return f"{_MARK}a{account_id:x}"


def mention_label(account_id: AccountId) -> str:
    return f"{_MARK}m{account_id:x}"


def entry(message: MessageToIndex) -> str:
    """The words and labels of a message, with a space between them; nothing of a line that nobody wrote."""
    if message.type not in WRITTEN_BY_PEOPLE:
        return ""
    content = message.content
    words = fold(_REFERENCE.sub(r" \1 ", content) if "<" in content else content)
    labels = " ".join(_labels(message))
    if message.files == message.poll == "[]":
        return f"{words} {labels}"
    more = [name for name, _ in json.loads(message.files)] + json.loads(message.poll)
    return f"{words} {labels} {_BETWEEN.join(map(fold, more))}"


def _labels(message: MessageToIndex) -> Iterator[str]:
    yield channel_label(message.channel_id)
    yield author_label(message.author_id)
    if "://" in message.content and _LINK.search(message.content):
        yield HAS["link"]
    if message.mentions != "[]":
        yield from map(mention_label, json.loads(message.mentions))
    if message.mention_everyone:
        yield EVERYONE
    if message.has_embeds:
        yield HAS["embed"]
    if message.parts & Part.POLL:
        yield HAS["poll"]
    if message.files != "[]":
        yield HAS["file"]
        kinds = {(type_ or "").split("/")[0] for _, type_ in json.loads(message.files)}
        yield from (_KINDS[kind] for kind in kinds & _KINDS.keys())
