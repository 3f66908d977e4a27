"""Embeds as they go over the wire (docs/protocol.md)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class EmbedFooter(Struct, frozen=True, kw_only=True):
    text: str
    icon_url: str | UnsetType = UNSET


class EmbedMedia(Struct, frozen=True, kw_only=True):
    """A picture; `proxy_url` is where the box gives it out, without which nobody's browser loads it."""

    url: str
    proxy_url: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET


class EmbedProvider(Struct, frozen=True, kw_only=True):
    name: str
    url: str | UnsetType = UNSET


class EmbedAuthor(Struct, frozen=True, kw_only=True):
    name: str
    url: str | UnsetType = UNSET
    icon_url: str | UnsetType = UNSET


class EmbedField(Struct, frozen=True, kw_only=True):
    name: str
    value: str
    inline: bool = False


class Embed(Struct, frozen=True, kw_only=True):
    """`type`: `rich` from a bot, `link` what the box has read of an address, `image` a picture that is at one, `poll_result` how
    a poll ended.
    """

    type: Literal["rich", "link", "image", "poll_result"] = "rich"
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    color: int | UnsetType = UNSET
    footer: EmbedFooter | UnsetType = UNSET
    image: EmbedMedia | UnsetType = UNSET
    thumbnail: EmbedMedia | UnsetType = UNSET
    provider: EmbedProvider | UnsetType = UNSET
    author: EmbedAuthor | UnsetType = UNSET
    fields: list[EmbedField] | UnsetType = UNSET


class NewEmbedFooter(Struct, frozen=True):
    text: str | None = None
    icon_url: str | None = None


class NewEmbedMedia(Struct, frozen=True):
    url: str | None = None


class NewEmbedAuthor(Struct, frozen=True):
    name: str | None = None
    url: str | None = None
    icon_url: str | None = None


class NewEmbedField(Struct, frozen=True):
    name: str | None = None
    value: str | None = None
    inline: bool | None = None


class NewEmbed(Struct, frozen=True):
    """What a bot sends; `type` may say nothing else than that."""

    title: str | None = None
    type: str | None = None
    description: str | None = None
    url: str | None = None
    timestamp: str | None = None
    color: int | None = None
    footer: NewEmbedFooter | None = None
    image: NewEmbedMedia | None = None
    thumbnail: NewEmbedMedia | None = None
    author: NewEmbedAuthor | None = None
    fields: list[NewEmbedField] | None = None
