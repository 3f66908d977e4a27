"""The SQL of the index. `appliance.search` alone knows these tables; triggers of theirs stand in the migration."""

from typing import Final

import msgspec

from appliance.ids import ChannelId, MessageId
from appliance.search.entry import MessageToIndex
from appliance.storage import Select, Transaction

MOST_COUNTED: Final = 1000
"""Hits that are counted one by one; beyond it is “more than a thousand”."""
MOST_JOINED: Final = 1000
"""Hits of the words alone, wherever they are, whose messages are looked at instead of walking through the labels of channels."""
MOST_RANKED: Final = 2000
"""Newest hits among which the best are looked for: ranking all of a common word reads the whole index."""


class HitRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    channel_id: ChannelId


class CountedHitRow(HitRow, frozen=True):
    number: int
    """Of all hits."""


class NumberRow(msgspec.Struct, frozen=True):
    number: int


class StaleRow(msgspec.Struct, frozen=True):
    """A row of the index that has to be made again; without a message it is gone."""

    seq: int
    message_id: MessageId | None


class ChannelIdRow(msgspec.Struct, frozen=True):
    channel_id: ChannelId


class StateRow(msgspec.Struct, frozen=True):
    value: str


_TO_INDEX = """
    m.id AS message_id, m.channel_id, m.author_id, m.type, m.content, m.mention_everyone, m.parts,
    coalesce(m.embeds, '[]') <> '[]' OR m.parts & 8 <> 0 AS has_embeds,
    (SELECT json_group_array(n.account_id) FROM mention n WHERE n.message_id = m.id AND n.by_name = 1) AS mentions,
    CASE WHEN m.parts & 1
         THEN (SELECT json_group_array(json_array(t.filename, b.content_type))
                 FROM attachment t JOIN blob b ON b.sha256 = t.blob WHERE t.message_id = m.id)
         ELSE '[]' END AS files,
    CASE WHEN m.parts & 2
         THEN (SELECT json_group_array(o.text)
                 FROM (SELECT question AS text FROM poll WHERE message_id = m.id
                       UNION ALL SELECT text FROM poll_answer WHERE message_id = m.id) o)
         ELSE '[]' END AS poll
"""
INDEXED_TO = Select(NumberRow, "SELECT coalesce(max(message_id), 0) AS number FROM search_row")
LAST_SEQ = Select(NumberRow, "SELECT coalesce(max(seq), 0) AS number FROM search_row")
NEXT = Select(
    MessageToIndex,
    f"SELECT {_TO_INDEX} FROM message m WHERE m.id > :indexed_to ORDER BY m.id LIMIT :most",
)
WAITING = Select(
    NumberRow,
    "SELECT count(*) AS number FROM (SELECT 1 FROM message WHERE id > :indexed_to LIMIT :most)",
)
MESSAGES = Select(
    MessageToIndex, f"SELECT {_TO_INDEX} FROM message m WHERE m.id IN (SELECT value FROM json_each(:ids))"
)
STALE = Select(
    StaleRow,
    """
    SELECT s.seq, m.id AS message_id
      FROM search_stale s
      JOIN search_row r ON r.seq = s.seq
      LEFT JOIN message m ON m.id = r.message_id
     ORDER BY s.seq
     LIMIT :most
    """,
)
# Every row, in their order: to be made again by other rules.
AFTER_SEQ = Select(
    StaleRow,
    """
    SELECT r.seq, m.id AS message_id
      FROM search_row r
      LEFT JOIN message m ON m.id = r.message_id
     WHERE r.seq > :after AND r.seq <= :last
     ORDER BY r.seq
     LIMIT :most
    """,
)
STATE = Select(StateRow, "SELECT value FROM box WHERE key = 'search'")
CHANNELS = Select(ChannelIdRow, "SELECT id AS channel_id FROM channel")

_WITHIN = """
       AND m.id > :after AND m.id < :before
       AND +m.channel_id IN (SELECT value FROM json_each(:visible))
       AND NOT EXISTS (SELECT 1 FROM json_each(:partly) p WHERE p.value ->> 0 = m.channel_id AND m.id < p.value ->> 1)
"""
"""Between two ids, and in channels that the caller may read; of some of them only from a message on.

The plus keeps SQLite from reading whole channels by their index: what is looked for is found by its id.
"""

UNINDEXED = Select(
    MessageToIndex,
    f"SELECT {_TO_INDEX} FROM message m WHERE m.id > :indexed_to {_WITHIN} ORDER BY m.id DESC LIMIT :most",
)
CHANGED = Select(
    MessageToIndex,
    f"""
    SELECT {_TO_INDEX}
      FROM search_stale s
     CROSS JOIN search_row r ON r.seq = s.seq
     CROSS JOIN message m ON m.id = r.message_id
     WHERE true {_WITHIN}
     ORDER BY m.id DESC
     LIMIT :most
    """,
)
PINNED = Select(
    MessageToIndex,
    f"""
    SELECT {_TO_INDEX}
      FROM message m
     WHERE m.id IN (SELECT id FROM message WHERE pinned_at IS NOT NULL
                       AND channel_id IN (SELECT value FROM json_each(:visible)))
           {_WITHIN}
     ORDER BY m.id DESC
     LIMIT :most
    """,
)

# The index itself is in order of time: it is walked from one end, and LIMIT stops it. FTS5 takes one bound at either end.
_AFTER = (
    "coalesce((SELECT seq FROM search_row WHERE message_id <= :after ORDER BY message_id DESC LIMIT 1), 0)"
)
_ROWS = f"""
       AND search.rowid < coalesce((SELECT seq FROM search_row WHERE message_id >= :before ORDER BY message_id LIMIT 1),
                                   9223372036854775807)
       AND search.rowid > {_AFTER}
       AND search.rowid NOT IN (SELECT seq FROM search_stale)
"""
# CROSS JOIN keeps SQLite from beginning with the messages. The join decides what is seen; labels only save work.
_HITS = f"""
      FROM search
     CROSS JOIN search_row r ON r.seq = search.rowid
     CROSS JOIN message m ON m.id = r.message_id
     WHERE search MATCH :match {_ROWS} {_WITHIN}
       AND (:unpinned = 0 OR m.pinned_at IS NULL)
"""
NEWEST = Select(
    HitRow, f"SELECT m.id AS message_id, m.channel_id {_HITS} ORDER BY search.rowid DESC LIMIT :limit"
)
NEWEST_COUNTED = Select(
    CountedHitRow,
    f"""
    WITH hit AS MATERIALIZED (
        SELECT search.rowid AS seq FROM search WHERE search MATCH :match {_ROWS}
         ORDER BY search.rowid DESC LIMIT {MOST_COUNTED + 1}
    )
    SELECT m.id AS message_id, m.channel_id, (SELECT count(*) FROM hit) AS number
      FROM (SELECT seq FROM hit ORDER BY seq DESC LIMIT :limit) h
     CROSS JOIN search_row r ON r.seq = h.seq
     CROSS JOIN message m ON m.id = r.message_id
     WHERE true {_WITHIN}
     ORDER BY h.seq DESC
    """,
)
"""The first page and the number of all hits, for which the index is walked once; where the labels alone say what may be seen."""
SEQS = Select(
    NumberRow,
    f"""
    SELECT search.rowid AS number FROM search WHERE search MATCH :match {_ROWS}
     ORDER BY search.rowid DESC LIMIT {MOST_JOINED + 1}
    """,
)
OF_SEQS = Select(
    CountedHitRow,
    f"""
    SELECT m.id AS message_id, m.channel_id, count(*) OVER () AS number
      FROM json_each(:seqs) h
     CROSS JOIN search_row r ON r.seq = h.value
     CROSS JOIN message m ON m.id = r.message_id
     WHERE true {_WITHIN}
       AND (:unpinned = 0 OR m.pinned_at IS NULL)
     ORDER BY r.seq DESC
     LIMIT :limit
    """,
)
OLDEST = Select(HitRow, f"SELECT m.id AS message_id, m.channel_id {_HITS} ORDER BY search.rowid LIMIT :limit")
_AMONG_NEWEST = f"""
    max({_AFTER}, coalesce((SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC
                             LIMIT 1 OFFSET {MOST_RANKED}), 0))
"""
BEST = Select(
    HitRow,
    f"SELECT m.id AS message_id, m.channel_id {_HITS.replace(_AFTER, _AMONG_NEWEST)}"
    " ORDER BY bm25(search), search.rowid DESC LIMIT :limit",
)
COUNT = Select(
    NumberRow,
    f"SELECT count(*) AS number FROM (SELECT 1 FROM search WHERE search MATCH :match {_ROWS} LIMIT {MOST_COUNTED + 1})",
)
"""Where the labels alone say what the caller may see: no message is read."""
COUNT_JOINED = Select(
    NumberRow, f"SELECT count(*) AS number FROM (SELECT 1 {_HITS} LIMIT {MOST_COUNTED + 1})"
)


async def add_rows(tx: Transaction, rows: list[tuple[int, MessageId]]) -> None:
    await tx.run_in_thread(
        "INSERT INTO search_row (seq, message_id) VALUES (:seq, :message_id)",
        [{"seq": seq, "message_id": message_id} for seq, message_id in rows],
    )


async def remove_rows(tx: Transaction, seqs: list[int]) -> None:
    await tx.run_in_thread("DELETE FROM search_row WHERE seq = :seq", [{"seq": seq} for seq in seqs])


async def add_entries(tx: Transaction, entries: list[tuple[int, str]]) -> None:
    await tx.run_in_thread(
        "INSERT INTO search (rowid, body) VALUES (:seq, :body)",
        [{"seq": seq, "body": body} for seq, body in entries],
    )


async def remove_entries(tx: Transaction, seqs: list[int]) -> None:
    await tx.run_in_thread("DELETE FROM search WHERE rowid = :seq", [{"seq": seq} for seq in seqs])


async def forget_stale(tx: Transaction, seqs: list[int]) -> None:
    await tx.run_in_thread("DELETE FROM search_stale WHERE seq = :seq", [{"seq": seq} for seq in seqs])


async def merge(tx: Transaction, pages: int) -> bool:
    """Merge parts of the index, about so many pages of it; False if there was nothing to merge.

    A negative number begins to merge all of it into one part, as FTS5 has it.
    """
    changed = await tx.run_in_thread(
        "INSERT INTO search (search, rank) VALUES ('merge', :pages)", [{"pages": pages}]
    )
    # FTS5 counts one for the command itself.
    return changed > 1


async def set_state(tx: Transaction, value: str) -> None:
    await tx.run_in_thread(
        "INSERT INTO box (key, value) VALUES ('search', :value)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [{"value": value}],
    )
