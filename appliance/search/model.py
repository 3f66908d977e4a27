"""Hits as they go over the wire (docs/protocol.md)."""

from typing import Literal

from msgspec import Struct

from appliance.messages.model import Message


class Hit(Message, frozen=True, kw_only=True):
    """A message that was found. `hearth_spans`: the parts of `content` that were looked for, as pairs of indices of UTF-16 units."""

    hit: Literal[True] = True
    hearth_spans: list[tuple[int, int]]


class SearchResults(Struct, frozen=True, kw_only=True):
    """A page of hits, each in a list by itself, as the public API has it.

    `total_results` is exact unless `hearth_is_exact` is false: then it is at least as large. `hearth_cursor` is where the next page
    begins, null after the last one and for the best hits. `doing_deep_historical_index`: old messages are still being read for
    the first time, and may be missing.
    """

    doing_deep_historical_index: bool
    documents_indexed: int
    total_results: int
    messages: list[list[Hit]]
    hearth_is_exact: bool
    hearth_cursor: str | None
