"""What an embed from a bot may be, by the limits of the public API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from appliance.embeds.model import (
    Embed,
    EmbedAuthor,
    EmbedField,
    EmbedFooter,
    EmbedMedia,
    NewEmbed,
    NewEmbedAuthor,
    NewEmbedField,
    NewEmbedFooter,
    NewEmbedMedia,
)
from appliance.errors import BadLength, Invalid, OutOfRange
from appliance.ids import Millis, iso
from appliance.text import lines

# The public API's, in embeds, fields and code points.
MOST_EMBEDS, MOST_FIELDS = 10, 25
LONGEST_TITLE, LONGEST_DESCRIPTION = 256, 4096
LONGEST_FOOTER, LONGEST_AUTHOR = 2048, 256
LONGEST_NAME, LONGEST_VALUE = 256, 1024
LONGEST_TOGETHER = 6000
_LONGEST_ADDRESS = 2048
_WHITE = 0xFFFFFF

_decoder = msgspec.json.Decoder(list[Embed])


class EmbedsTooLong(Invalid):
    problem_key = "embeds_too_long"
    problem = "All embeds together can have at most {most} characters."
    kind = "MAX_EMBED_SIZE_EXCEEDED"


class EmptyEmbed(Invalid):
    problem_key = "empty_embed"
    problem = "There is nothing to see in this embed."
    kind = "BASE_TYPE_REQUIRED"


class NotAnAddress(Invalid):
    problem_key = "not_an_address"
    problem = "Give the full address, beginning with http:// or https://."
    kind = "URL_TYPE_INVALID_URL"


class NotAMoment(Invalid):
    problem_key = "not_a_moment"
    problem = "Give the time as ISO 8601 has it, such as 2026-11-30T18:00:00Z."
    kind = "DATE_TIME_TYPE_PARSE"


def read(new: Sequence[NewEmbed]) -> tuple[Embed, ...]:
    """The embeds as they are kept; `Invalid` names what they cannot be."""
    if len(new) > MOST_EMBEDS:
        raise BadLength("embeds", shortest=0, longest=MOST_EMBEDS)
    embeds = tuple(_embed(one, f"embeds.{index}") for index, one in enumerate(new))
    if sum(_length(embed) for embed in embeds) > LONGEST_TOGETHER:
        raise EmbedsTooLong("embeds", most=LONGEST_TOGETHER)
    return embeds


def kept(embeds: Sequence[Embed]) -> str | None:
    """As the database has them."""
    return msgspec.json.encode(embeds).decode() if embeds else None


def shown(text: str | None) -> Sequence[Embed]:
    """The embeds of a message out of the database."""
    return () if text is None else _decoder.decode(text)


def _embed(new: NewEmbed, at: str) -> Embed:
    if new.color is not None and not 0 <= new.color <= _WHITE:
        raise OutOfRange(f"{at}.color", least=0, most=_WHITE)
    if len(new.fields or ()) > MOST_FIELDS:
        raise BadLength(f"{at}.fields", shortest=0, longest=MOST_FIELDS)
    embed = Embed(
        title=_text(new.title, f"{at}.title", LONGEST_TITLE),
        description=_text(new.description, f"{at}.description", LONGEST_DESCRIPTION),
        url=_address(new.url, f"{at}.url"),
        timestamp=_moment(new.timestamp, f"{at}.timestamp"),
        color=UNSET if new.color is None else new.color,
        footer=_footer(new.footer, f"{at}.footer"),
        image=_media(new.image, f"{at}.image"),
        thumbnail=_media(new.thumbnail, f"{at}.thumbnail"),
        author=_author(new.author, f"{at}.author"),
        fields=[_field(one, f"{at}.fields.{index}") for index, one in enumerate(new.fields)]
        if new.fields
        else UNSET,
    )
    seen = (embed.title, embed.description, embed.footer, embed.image, embed.thumbnail, embed.author)
    if all(one is UNSET for one in (*seen, embed.fields)):
        raise EmptyEmbed(at)
    return embed


def _text(text: str | None, field: str, longest: int) -> str | UnsetType:
    """A text of an embed; one with nothing to see counts as none."""
    return (text and text.strip() and lines.message_or_none(text, field, longest)) or UNSET


def _needed(text: str | None, field: str, longest: int) -> str:
    found = _text(text, field, longest)
    if not isinstance(found, UnsetType):
        return found
    if not text or not text.strip():
        raise BadLength(field, shortest=1, longest=longest)
    # Bots leave a field's name empty by a space that has no width.
    return "\u200b"


def _address(address: str | None, field: str) -> str | UnsetType:
    """An address of the web, as it was sent."""
    if not address:
        return UNSET
    if len(address) > _LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise NotAnAddress(field)
    try:
        parts = urlsplit(address)
        is_of_the_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_of_the_web = False
    if not is_of_the_web:
        raise NotAnAddress(field)
    return address


def _moment(text: str | None, field: str) -> str | UnsetType:
    if not text:
        return UNSET
    try:
        at = datetime.fromisoformat(text)
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        return iso(Millis(int(seconds * 1000)))
    except (ValueError, OverflowError) as error:
        raise NotAMoment(field) from error


def _footer(new: NewEmbedFooter | None, field: str) -> EmbedFooter | UnsetType:
    if new is None or not new.text:
        return UNSET
    text = _needed(new.text, f"{field}.text", LONGEST_FOOTER)
    return EmbedFooter(text=text, icon_url=_address(new.icon_url, f"{field}.icon_url"))


def _media(new: NewEmbedMedia | None, field: str) -> EmbedMedia | UnsetType:
    address = UNSET if new is None else _address(new.url, f"{field}.url")
    return UNSET if address is UNSET else EmbedMedia(url=str(address))


def _author(new: NewEmbedAuthor | None, field: str) -> EmbedAuthor | UnsetType:
    if new is None or not new.name:
        return UNSET
    return EmbedAuthor(
        name=_needed(new.name, f"{field}.name", LONGEST_AUTHOR),
        url=_address(new.url, f"{field}.url"),
        icon_url=_address(new.icon_url, f"{field}.icon_url"),
    )


def _field(new: NewEmbedField, field: str) -> EmbedField:
    return EmbedField(
        name=_needed(new.name, f"{field}.name", LONGEST_NAME),
        value=_needed(new.value, f"{field}.value", LONGEST_VALUE),
        inline=bool(new.inline),
    )


def _length(embed: Embed) -> int:
    """The code points that count."""
    texts: list[str | UnsetType] = [embed.title, embed.description]
    if not isinstance(embed.footer, UnsetType):
        texts.append(embed.footer.text)
    if not isinstance(embed.author, UnsetType):
        texts.append(embed.author.name)
    if not isinstance(embed.fields, UnsetType):
        texts += [text for field in embed.fields for text in (field.name, field.value)]
    return sum(len(text) for text in texts if not isinstance(text, UnsetType))
