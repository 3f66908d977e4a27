"""A search as the public API asks for it, in the address: read here, since a name may stand there several times.

Nothing is taken and ignored: what the public API documents and this box cannot look for is refused in words.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from appliance.errors import BadLength, Invalid, NotAnId, OutOfRange, parse_id
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.refusals import NotYet
from appliance.search import phrases
from appliance.search.entry import EVERYONE, HAS, author_label, mention_label
from appliance.search.finding import Order
from appliance.search.phrases import Alternatives

MOST_HITS, FURTHEST, MOST_CHANNELS, MOST_PEOPLE = 25, 9975, 500, 100
"""Of one page, and how far into the hits it may begin; as the public API has them, but for the people."""

_REFUSED = {
    **dict.fromkeys(("embed_provider", "embed_type", "link_hostname"), "Previews cannot be looked for by their kind yet."),
    **dict.fromkeys(("attachment_extension", "attachment_filename"), "Write a part of the file's name as a word to look for."),
    **dict.fromkeys(("replied_to_message_id", "replied_to_user_id"), "Answers cannot be looked for by what they answer yet."),
    "author_type": "People and bots cannot be told apart here yet; name them with author_id.",
    "mentions_role_id": "Messages cannot be looked for by the role that they mention yet.",
    "slop": "Words stand anywhere in the message, or side by side in quotes; there is nothing in between.",
    "include_nsfw": "Channels cannot be kept for adults yet.",
}  # fmt: skip
_NOT_HAD = {
    "sticker": "There are no stickers here yet.",
    "snapshot": "Messages cannot be forwarded here yet.",
}


class UnknownChoice(Invalid):
    problem_key = "unknown_choice"
    problem = "Must be one of: {choices}."
    kind = "BASE_TYPE_CHOICES"


class NothingToLookFor(Invalid):
    problem_key = "nothing_to_look_for"
    problem = "Say what to look for: a word, a person, or what the message has."
    field = "content"


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for, wherever that is."""

    phrases: tuple[Alternatives, ...] = ()
    any_of: tuple[frozenset[str], ...] = ()
    none_of: frozenset[str] = frozenset()
    pinned: bool | None = None
    channel_ids: frozenset[ChannelId] = frozenset()
    after: MessageId | None = None
    before: MessageId | None = None
    order: Order = Order.NEWEST
    cursor: MessageId | None = None
    limit: int = MOST_HITS
    offset: int = 0


def parse(sent: Iterable[tuple[str, str]]) -> Parameters:
    """The parameters of an address, in their order; `Invalid` names the first that cannot be taken."""
    values: dict[str, list[str]] = {}
    for name, value in sent:
        if name in _REFUSED:
            raise NotYet(name, detail=_REFUSED[name])
        values.setdefault(name.removesuffix("[]"), []).append(value)
    has, has_not = _has(values.get("has", []))
    authors = _labels(values, "author_id", author_label)
    mentioned = _labels(values, "mentions", mention_label)
    everyone = _boolean(values, "mention_everyone")
    typed = _last(values, "content") or ""
    if len(typed) > phrases.LONGEST:
        raise BadLength("content", shortest=0, longest=phrases.LONGEST)
    named = [labels for labels in (authors, mentioned) if labels]
    named += [frozenset({label}) for label in sorted(has)]
    named += [frozenset({EVERYONE})] if everyone else []
    found = Parameters(
        phrases=phrases.parse(typed),
        any_of=tuple(named),
        none_of=has_not | frozenset({EVERYONE} if everyone is False else ()),
        pinned=_boolean(values, "pinned"),
        channel_ids=frozenset(ChannelId(id_) for id_ in _ids(values, "channel_id", MOST_CHANNELS)),
        after=_id(values, "min_id"),
        before=_id(values, "max_id"),
        order=_order(values),
        cursor=_id(values, "hearth_cursor"),
        limit=_number(values, "limit", MOST_HITS, 1, MOST_HITS),
        offset=_number(values, "offset", 0, 0, FURTHEST),
    )
    _require_something(found, typed)
    return found


def _require_something(found: Parameters, typed: str) -> None:
    """`NothingToLookFor` if all messages would be found, or if what was typed has nothing in it that could be."""
    has_words = bool(found.phrases)
    narrows = found.any_of or found.none_of or found.pinned is not None or found.channel_ids
    has_bounds = found.after is not None or found.before is not None
    if (typed.strip() and not has_words) or not (has_words or narrows or has_bounds):
        raise NothingToLookFor


def _order(values: Mapping[str, list[str]]) -> Order:
    by = _choice(values, "sort_by", ("timestamp", "relevance"))
    direction = _choice(values, "sort_order", ("desc", "asc"))
    if by == "relevance":
        if "hearth_cursor" in values:
            raise NotYet(
                "hearth_cursor", detail="The best hits have no order of time; turn their pages with offset."
            )
        if direction == "asc":
            raise NotYet("sort_order", detail="The best come first.")
        return Order.BEST
    return Order.OLDEST if direction == "asc" else Order.NEWEST


def _has(sent: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The labels of what a message has to have, and of what it must not."""
    for value in sent:
        name = value.removeprefix("-")
        if name in _NOT_HAD:
            raise NotYet("has", detail=_NOT_HAD[name])
        if name not in HAS:
            raise UnknownChoice("has", choices=", ".join(HAS))
    wanted = frozenset(HAS[value] for value in sent if not value.startswith("-"))
    return wanted, frozenset(HAS[value[1:]] for value in sent if value.startswith("-"))


def _labels(values: Mapping[str, list[str]], name: str, label: Callable[[AccountId], str]) -> frozenset[str]:
    return frozenset(label(AccountId(id_)) for id_ in _ids(values, name, MOST_PEOPLE))


def _ids(values: Mapping[str, list[str]], name: str, most: int) -> list[int]:
    sent = values.get(name, [])
    if len(sent) > most:
        raise BadLength(name, shortest=0, longest=most)
    return [parse_id(value, name) for value in sent]


def _id(values: Mapping[str, list[str]], name: str) -> MessageId | None:
    sent = _last(values, name)
    return None if sent is None else MessageId(parse_id(sent, name))


def _number(values: Mapping[str, list[str]], name: str, otherwise: int, least: int, most: int) -> int:
    sent = _last(values, name)
    if sent is None:
        return otherwise
    try:
        number = parse_id(sent, name)
    except NotAnId:
        number = -1
    if not least <= number <= most:
        raise OutOfRange(name, least=least, most=most)
    return number


def _boolean(values: Mapping[str, list[str]], name: str) -> bool | None:
    sent = _choice(values, name, ("true", "false", "1", "0", "True", "False"))
    return None if sent is None else sent in {"true", "1", "True"}


def _choice(values: Mapping[str, list[str]], name: str, choices: tuple[str, ...]) -> str | None:
    sent = _last(values, name)
    if sent is not None and sent not in choices:
        raise UnknownChoice(name, choices=", ".join(choices))
    return sent


def _last(values: Mapping[str, list[str]], name: str) -> str | None:
    return values[name][-1] if name in values else None
