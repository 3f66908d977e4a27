"""Emoji in messages: how a reaction keeps one, and whether an author may use that of another guild.

A reaction keeps one of the standard's in its one spelling, and a guild's own as `:ID`: its name may change.
"""

import re
from collections.abc import Iterable

from appliance import access
from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.emojis import service as emojis
from appliance.errors import ApplianceError
from appliance.ids import EmojiId
from appliance.messages.model import Emoji
from appliance.storage import Reader
from appliance.text.emoji import canonical

_OWN = re.compile(r"(?:a:|:)?[A-Za-z0-9_]{1,32}:([1-9][0-9]{0,18})")
_WRITTEN = re.compile(r"<a?(:[A-Za-z0-9_]{2,32}:)([1-9][0-9]{0,18})>")
_MAX_ID = 2**63 - 1


class UnknownEmoji(ApplianceError):
    status = 400
    code = 10014
    key = "unknown_emoji"
    message = "This is not an emoji that the box knows."


def kept(text: str) -> str | None:
    """As a reaction keeps an emoji, from `name:id` or a sign of the standard; None if it is none."""
    own = _OWN.fullmatch(text)
    if own is not None and int(own[1]) <= _MAX_ID:
        return f":{own[1]}"
    return canonical(text)


def kept_or_same(text: str) -> str:
    """The same for what was kept before there was a list."""
    return kept(text) or text


async def shown(reader: Reader, kinds: Iterable[str]) -> dict[str, Emoji]:
    """What was kept, as it is shown. A query if a guild's own is among them, and none otherwise."""
    kinds = set(kinds)
    own = {kind: int(kind[1:]) for kind in kinds if kind[0] == ":" and kind[1:].isdecimal()}
    found = await emojis.by_ids(reader, own.values()) if own else {}
    made = {kind: Emoji(name=kind) for kind in kinds - own.keys()}
    for kind, emoji_id in own.items():
        row = found.get(EmojiId(emoji_id))
        made[kind] = Emoji(
            id=str(emoji_id), name=row.name if row else None, animated=bool(row and row.animated)
        )
    return made


async def require_usable(reader: Reader, where: ChannelAccess, kind: str) -> None:
    """`UnknownEmoji` for a guild's own that is gone or of a guild where the caller is not; without USE_EXTERNAL_EMOJIS of another."""
    if kind[0] != ":":
        return
    row = (await emojis.by_ids(reader, [int(kind[1:])])).get(EmojiId(int(kind[1:])))
    if row is None:
        raise UnknownEmoji
    if row.guild_id == where.guild_id:
        return
    if await access.membership(reader, row.guild_id, where.account_id) is None:
        raise UnknownEmoji
    where.check(Permission.USE_EXTERNAL_EMOJIS)


async def with_own_alone(reader: Reader, where: ChannelAccess, content: str) -> str:
    """A text in which, without USE_EXTERNAL_EMOJIS, what is not an emoji of this guild is its name in words."""
    if where.may(Permission.USE_EXTERNAL_EMOJIS):
        return content
    ids = {int(one[2]) for one in _WRITTEN.finditer(content) if int(one[2]) <= _MAX_ID}
    found = await emojis.by_ids(reader, ids) if ids else {}
    own = {str(row.emoji_id) for row in found.values() if row.guild_id == where.guild_id}
    return _WRITTEN.sub(lambda one: one[0] if one[2] in own else one[1], content)
