"""Finding: the index where it has something, and looking where it has not; all of it in one thread, at one moment.

What a newcomer would get wrong: of what somebody may see the labels say nothing. They only keep FTS5 from walking through a
hundred thousand messages that the join would throw away one by one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from enum import Enum
from heapq import merge
from itertools import islice

import msgspec

from appliance.ids import MAX_ID, ChannelId, MessageId
from appliance.search import queries
from appliance.search.entry import MessageToIndex, channel_label, entry
from appliance.search.phrases import Alternatives
from appliance.search.queries import MOST_COUNTED, MOST_JOINED, CountedHitRow, HitRow, NumberRow
from appliance.storage import Lookup, Select

MOST_UNINDEXED = 4096
"""Of the messages that wait to be indexed, the newest that are looked through: some 30 ms on a PC."""
MOST_LABELS = 200
"""Channels that FTS5 is told of; with more, the join does the work."""


class Order(Enum):
    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for, and where. Ids are exclusive bounds."""

    phrases: tuple[Alternatives, ...] = ()
    any_of: tuple[frozenset[str], ...] = ()
    """Labels: at least one of each set."""
    none_of: frozenset[str] = frozenset()
    pinned: bool | None = None
    readable: Mapping[ChannelId, MessageId]
    """The channels that may be read, each with the first id that may be."""
    after: MessageId = MessageId(-1)
    before: MessageId = MessageId(MAX_ID)
    order: Order = Order.NEWEST
    cursor: MessageId | None = None
    """The last hit of the page before; not with `BEST`."""
    offset: int = 0
    limit: int = 25


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits, and how many there are in all (`is_exact`: not just at least so many)."""

    hits: list[HitRow]
    total: int
    is_exact: bool
    has_more: bool
    indexed: int
    """Rows of the index."""
    is_complete: bool
    """Whether everything was looked through: not while many old messages wait to be indexed."""


def find(lookup: Lookup, wanted: Wanted) -> Found:
    """The page of hits; in the thread."""
    indexed_to = _number(lookup, queries.INDEXED_TO)
    looked, is_complete = _look_through(lookup, wanted, indexed_to)
    match = None if wanted.pinned or not wanted.readable else _match(lookup, wanted)
    upto = wanted.offset + wanted.limit + 1
    indexed: Sequence[HitRow] = ()
    number = 0
    if match is not None:
        indexed, number = match.page_and_count(lookup, wanted, upto)
    hits = list(islice(_in_order(wanted, looked, indexed), wanted.offset, upto))
    return Found(
        hits=hits[: wanted.limit],
        total=min(number, MOST_COUNTED) + len(looked),
        is_exact=number <= MOST_COUNTED,
        has_more=len(hits) > wanted.limit,
        indexed=_number(lookup, queries.LAST_SEQ),
        is_complete=is_complete,
    )


def _in_order(wanted: Wanted, looked: Sequence[HitRow], indexed: Sequence[HitRow]) -> Iterator[HitRow]:
    cursor = wanted.cursor
    if wanted.order is Order.BEST:
        # What is not in the index has no rank; it is the newest, or what somebody has just written anew.
        return iter([*looked, *indexed])
    if wanted.order is Order.NEWEST:
        rest = (hit for hit in looked if cursor is None or hit.message_id < cursor)
        return merge(rest, indexed, key=_message_id, reverse=True)
    rest = (hit for hit in reversed(looked) if cursor is None or hit.message_id > cursor)
    return merge(rest, indexed, key=_message_id)


def _message_id(hit: HitRow) -> int:
    return hit.message_id


def _look_through(lookup: Lookup, wanted: Wanted, indexed_to: int) -> tuple[list[HitRow], bool]:
    """The hits outside of the index, newest first, and whether all that is outside was looked through."""
    args = _within(wanted) | {"most": MOST_UNINDEXED}
    if wanted.pinned:
        pinned = lookup.all(queries.PINNED, **args)
        return list(_fitting(wanted, pinned)), len(pinned) < MOST_UNINDEXED
    waiting = lookup.all(queries.UNINDEXED, indexed_to=indexed_to, **args)
    changed = lookup.all(queries.CHANGED, **args)
    # Whatever waits to be indexed is newer than all that is in the index.
    rows = _unpinned(lookup, [*waiting, *changed], wanted)
    return list(_fitting(wanted, rows)), max(len(waiting), len(changed)) < MOST_UNINDEXED


def _unpinned(lookup: Lookup, rows: list[MessageToIndex], wanted: Wanted) -> list[MessageToIndex]:
    if wanted.pinned is None:
        return rows
    pinned = {row.message_id for row in lookup.all(queries.PINNED, **_within(wanted), most=MOST_UNINDEXED)}
    return [row for row in rows if row.message_id not in pinned]


def _fitting(wanted: Wanted, rows: Iterable[MessageToIndex]) -> Iterator[HitRow]:
    for row in rows:
        words = f" {entry(row)} "
        if words != "  " and _fits(wanted, words):
            yield HitRow(row.message_id, row.channel_id)


def _fits(wanted: Wanted, words: str) -> bool:
    return (
        all(any(phrase.stands_in(words) for phrase in phrases) for phrases in wanted.phrases)
        and all(any(f" {label} " in words for label in labels) for labels in wanted.any_of)
        and not any(f" {label} " in words for label in wanted.none_of)
    )


def _within(wanted: Wanted) -> dict[str, int | str]:
    partly = [[channel_id, first] for channel_id, first in wanted.readable.items() if first]
    return {
        "after": wanted.after,
        "before": wanted.before,
        "visible": json.dumps(sorted(wanted.readable)),
        "partly": json.dumps(partly),
    }


class _Match(msgspec.Struct, frozen=True):
    """What FTS5 is asked; `is_whole`: its answer holds nothing that the join would throw away.

    `words`: the same without the labels of channels, if it has any.
    """

    expression: str
    words: str | None
    is_whole: bool

    def page_and_count(self, lookup: Lookup, wanted: Wanted, limit: int) -> tuple[Sequence[HitRow], int]:
        """The first hits, and how many there are; the index is walked once where that will do."""
        is_first = wanted.order is Order.NEWEST and wanted.cursor is None
        counted = self._few(lookup, wanted, limit)
        if counted is not None and not is_first:
            words = _Match(self.words or "", None, is_whole=False)
            return words.page(lookup, wanted, limit), _all_of(counted)
        if counted is None and is_first and self.is_whole:
            counted = lookup.all(queries.NEWEST_COUNTED, **self._args(wanted), limit=limit)
        if counted is not None:
            return counted, _all_of(counted)
        page = self.page(lookup, wanted, limit)
        # Only then the page is not all of them: walking the labels of many channels once more costs as much as the page.
        is_all = len(page) < limit and wanted.cursor is None
        return page, len(page) if is_all else self.count(lookup, wanted)

    def _few(self, lookup: Lookup, wanted: Wanted, limit: int) -> list[CountedHitRow] | None:
        """The newest, found without labels of channels; None if the words are too common for it.

        Each label is a list as long as its channel. Where the words are rare it is quicker to look which of their messages may be
        read, which the join does anyway.
        """
        if self.words is None:
            return None
        args = self._args(wanted)
        seqs = [row.number for row in lookup.all(queries.SEQS, **args | {"match": self.words})]
        if len(seqs) > MOST_JOINED:
            return None
        return lookup.all(queries.OF_SEQS, **args, seqs=json.dumps(seqs), limit=limit)

    def count(self, lookup: Lookup, wanted: Wanted) -> int:
        if self.is_whole:
            return _number(
                lookup, queries.COUNT, match=self.expression, after=wanted.after, before=wanted.before
            )
        return _number(lookup, queries.COUNT_JOINED, **self._args(wanted))

    def page(self, lookup: Lookup, wanted: Wanted, limit: int) -> list[HitRow]:
        args = self._args(wanted) | {"limit": limit}
        if wanted.order is Order.BEST:
            return lookup.all(queries.BEST, **args)
        if wanted.order is Order.OLDEST:
            args["after"] = max(wanted.after, wanted.cursor or wanted.after)
            return lookup.all(queries.OLDEST, **args)
        args["before"] = min(wanted.before, wanted.before if wanted.cursor is None else wanted.cursor)
        return lookup.all(queries.NEWEST, **args)

    def _args(self, wanted: Wanted) -> dict[str, int | str]:
        return _within(wanted) | {"match": self.expression, "unpinned": int(wanted.pinned is False)}


def _all_of(counted: Sequence[CountedHitRow]) -> int:
    return counted[0].number if counted else 0


def _match(lookup: Lookup, wanted: Wanted) -> _Match:
    """What FTS5 is asked; the labels of the channels that may be read, or of all others if those are fewer."""
    parts = [_or(phrase.expression() for phrase in phrases) for phrases in wanted.phrases]
    parts += [_or(map(_quoted, sorted(labels))) for labels in wanted.any_of]
    readable = wanted.readable.keys()
    hidden = {row.channel_id for row in lookup.all(queries.CHANNELS)} - readable
    unlabelled = _without(parts, wanted.none_of)
    # All of the words that begin so are gathered before the first hit comes out: once is dear enough.
    is_quick = bool(parts) and not any(one.is_prefix for phrase in wanted.phrases for one in phrase)
    words = unlabelled if is_quick else None
    is_whole = wanted.pinned is None and not any(wanted.readable.values())
    if not parts or (len(readable) <= len(hidden) and len(readable) <= MOST_LABELS):
        labels = _or(_quoted(channel_label(channel)) for channel in sorted(readable))
        return _Match(_without([*parts, labels], wanted.none_of), words, is_whole)
    if not hidden or len(hidden) > MOST_LABELS:
        return _Match(unlabelled, None, is_whole and not hidden)
    not_in = {channel_label(channel) for channel in hidden}
    return _Match(_without(parts, wanted.none_of | not_in), words, is_whole)


def _without(parts: Sequence[str], labels: Set[str]) -> str:
    expression = " AND ".join(parts)
    return f"({expression}) NOT {_or(map(_quoted, sorted(labels)))}" if labels else expression


def _or(terms: Iterable[str]) -> str:
    return f"({' OR '.join(terms)})"


def _quoted(label: str) -> str:
    return f'"{label}"'


def _number(lookup: Lookup, query: Select[NumberRow], **args: int | str) -> int:
    row = lookup.one(query, **args)
    return 0 if row is None else row.number
