"""A guild's own emoji: making, naming, deleting, and giving out their pictures."""

import base64
import binascii
import json
import re
from collections.abc import Iterable

from msgspec import UnsetType

from appliance import access
from appliance.access import Membership
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.emojis import queries
from appliance.emojis.events import EmojisUpdated
from appliance.emojis.model import EmojiEdit, EmojisOf, GuildEmoji, NewEmoji
from appliance.emojis.pictures import LARGEST_BYTES, EmojiTooLarge, NotAnEmojiPicture, Painter
from appliance.emojis.queries import EmojiRow, ImageRow
from appliance.errors import Forbidden, Invalid, LimitReached, NotFound
from appliance.ids import EmojiId, GuildId
from appliance.storage import Database, Reader, Transaction

MOST_STILL = MOST_ANIMATED = 50
"""As the public API has it for a guild without boosts."""

_NAME = re.compile("[A-Za-z0-9_]{2,32}")
_DATA = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,")


class EmojiNotFound(NotFound):
    code = 10014
    key = "emoji_not_found"
    message = "This emoji is gone."


class TooManyEmojis(LimitReached):
    code = 30008
    key = "too_many_emojis"
    message = "A space can have {limit} emoji that stand still and as many that move. Delete one first."


class BadEmojiName(Invalid):
    problem_key = "bad_emoji_name"
    problem = "A name has 2 to 32 letters from a to z, figures and underscores."
    kind = "STRING_TYPE_REGEX"


async def of_guild(reader: Reader, caller: Caller, guild_id: GuildId) -> list[GuildEmoji]:
    """All emoji of a guild with whoever made them, for its members."""
    await access.require_guild(reader, caller, guild_id)
    return [
        GuildEmoji(id=str(row.emoji_id), name=row.name, animated=bool(row.animated), user=User.of(row))
        for row in await reader.all(queries.MADE, guild_id=guild_id)
    ]


async def one(reader: Reader, caller: Caller, guild_id: GuildId, emoji_id: EmojiId) -> GuildEmoji:
    for emoji in await of_guild(reader, caller, guild_id):
        if emoji.id == str(emoji_id):
            return emoji
    raise EmojiNotFound


async def load(reader: Reader, guild_id: GuildId) -> list[GuildEmoji]:
    """All emoji of a guild as everybody in it is told of them."""
    return [wire(row) for row in await reader.all(queries.OF_GUILD, guild_id=guild_id)]


async def by_ids(reader: Reader, ids: Iterable[int]) -> dict[EmojiId, EmojiRow]:
    """Those of these emoji that are still there, of whichever guild."""
    rows = await reader.all(queries.EMOJIS, ids=json.dumps(sorted(set(ids))))
    return {row.emoji_id: row for row in rows}


def wire(row: EmojiRow) -> GuildEmoji:
    return GuildEmoji(id=str(row.emoji_id), name=row.name, animated=bool(row.animated))


async def create(
    database: Database, painter: Painter, caller: Caller, guild_id: GuildId, new: NewEmoji
) -> GuildEmoji:
    """Make an emoji of any picture (CREATE_GUILD_EXPRESSIONS or MANAGE_EMOJIS).

    Who may not, or has too many, is told so before anything is drawn, and again by the transaction that keeps it.
    """
    async with database.read() as reader:
        await _require_new(reader, caller, guild_id)
        name, image = _name(new.name), _image(new.image)
        made = await reader.all(queries.OF_GUILD, guild_id=guild_id)
    if len(made) >= MOST_STILL + MOST_ANIMATED:
        raise TooManyEmojis(limit=MOST_STILL)
    picture = await painter.emoji(image)
    async with database.transaction() as tx:
        await _require_new(tx, caller, guild_id)
        made = await tx.all(queries.OF_GUILD, guild_id=guild_id)
        alike = [row for row in made if bool(row.animated) == picture.animated]
        if len(alike) >= (MOST_ANIMATED if picture.animated else MOST_STILL):
            raise TooManyEmojis(limit=MOST_STILL)
        await painter.require_room(tx, guild_id, len(picture.content))
        row = EmojiRow(EmojiId(tx.new_id()), guild_id, name, caller.account_id, picture.animated)
        await queries.add(tx, row, ImageRow(picture.content_type, picture.content))
        await _tell(tx, guild_id)
        return await one(tx, caller, guild_id, row.emoji_id)


async def _require_new(reader: Reader, caller: Caller, guild_id: GuildId) -> None:
    _require(await access.require_guild(reader, caller, guild_id), None)


async def edit(
    tx: Transaction, caller: Caller, guild_id: GuildId, emoji_id: EmojiId, change: EmojiEdit
) -> GuildEmoji:
    """Give an emoji another name: one's own, or any with MANAGE_EMOJIS."""
    row = await _mine(tx, caller, guild_id, emoji_id)
    if not isinstance(change.name, UnsetType) and (name := _name(change.name)) != row.name:
        await queries.rename(tx, emoji_id, name)
        await _tell(tx, guild_id)
    return await one(tx, caller, guild_id, emoji_id)


async def delete(tx: Transaction, caller: Caller, guild_id: GuildId, emoji_id: EmojiId) -> None:
    """Delete an emoji, one's own, or any with MANAGE_EMOJIS; where it was used its name stays."""
    await _mine(tx, caller, guild_id, emoji_id)
    await queries.remove(tx, emoji_id)
    await _tell(tx, guild_id)


async def _mine(tx: Transaction, caller: Caller, guild_id: GuildId, emoji_id: EmojiId) -> EmojiRow:
    member = await access.require_guild(tx, caller, guild_id)
    row = await tx.one(queries.EMOJI, guild_id=guild_id, emoji_id=emoji_id)
    _require(member, row)
    if row is None:
        raise EmojiNotFound
    return row


def _require(member: Membership, row: EmojiRow | None) -> None:
    """With MANAGE_EMOJIS everything, with CREATE_GUILD_EXPRESSIONS what one has made."""
    if member.may(Permission.MANAGE_EMOJIS):
        return
    own = row is None or row.creator_id == member.account_id
    if not own or not member.may(Permission.CREATE_GUILD_EXPRESSIONS):
        raise Forbidden(permission=Permission.MANAGE_EMOJIS.name)


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadEmojiName("name")
    return name


def _image(text: str) -> bytes:
    """The bytes of a data URI (RFC 2397)."""
    found = _DATA.match(text[:80])
    if found is None:
        raise NotAnEmojiPicture("image")
    if len(text) > LARGEST_BYTES * 4 // 3 + 80:
        raise EmojiTooLarge("image")
    try:
        image = base64.b64decode(text[found.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAnEmojiPicture("image") from error
    if len(image) > LARGEST_BYTES:
        raise EmojiTooLarge("image")
    return image


async def _tell(tx: Transaction, guild_id: GuildId) -> None:
    payload = EmojisOf(guild_id=str(guild_id), emojis=await load(tx, guild_id))
    tx.emit(EmojisUpdated(guild_id=guild_id, payload=payload))
