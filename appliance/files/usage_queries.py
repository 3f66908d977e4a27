"""The SQL behind what takes up the room."""

from typing import Literal

import msgspec

from appliance.ids import AccountId, AttachmentId, ChannelId, GuildId, MessageId
from appliance.storage import Select


class UsedRow(msgspec.Struct, frozen=True):
    id: int | None
    name: str | None
    files: int
    size: int


class KindRow(msgspec.Struct, frozen=True):
    kind: Literal["picture", "video", "sound", "other"]
    files: int
    size: int


class SumRow(msgspec.Struct, frozen=True):
    bytes: int


class FileRow(msgspec.Struct, frozen=True):
    id: AttachmentId
    message_id: MessageId
    channel_id: ChannelId
    channel_name: str
    guild_id: GuildId | None
    guild_name: str | None
    account_id: AccountId
    account_name: str
    filename: str
    content_type: str
    size: int


BY_MEMBER = Select(
    UsedRow,
    """
    SELECT a.id, a.display_name AS name, count(*) AS files, sum(t.size) AS size
      FROM attachment t
      JOIN account a ON a.id = t.account_id
     GROUP BY a.id
     ORDER BY size DESC, a.id
     LIMIT 200
    """,
)
BY_GUILD = Select(
    UsedRow,
    """
    SELECT g.id, g.name, count(*) AS files, sum(u.size) AS size
      FROM (SELECT c.guild_id, t.size FROM attachment t JOIN channel c ON c.id = t.channel_id
             UNION ALL
            SELECT guild_id, length(image) FROM emoji) u
      LEFT JOIN guild g ON g.id = u.guild_id
     GROUP BY g.id
     ORDER BY size DESC, g.id
     LIMIT 200
    """,
)
BY_KIND = Select(
    KindRow,
    """
    SELECT CASE WHEN content_type LIKE 'image/%' THEN 'picture'
                WHEN content_type LIKE 'video/%' THEN 'video'
                WHEN content_type LIKE 'audio/%' THEN 'sound'
                ELSE 'other' END AS kind,
           count(*) AS files, sum(size) AS size
      FROM blob
     GROUP BY 1
     ORDER BY size DESC
    """,
)
KEPT_BYTES = Select(SumRow, "SELECT coalesce(sum(size), 0) AS bytes FROM blob")
RENDITION_BYTES = Select(
    SumRow, "SELECT coalesce(sum(size), 0) AS bytes FROM (SELECT DISTINCT sha256, size FROM rendition)"
)
_FILES = """
    SELECT t.id, t.message_id, t.channel_id, c.name AS channel_name, c.guild_id, g.name AS guild_name, t.account_id,
           a.display_name AS account_name, t.filename, b.content_type, t.size
      FROM attachment t
      JOIN blob b ON b.sha256 = t.blob
      JOIN channel c ON c.id = t.channel_id
      JOIN account a ON a.id = t.account_id
      LEFT JOIN guild g ON g.id = c.guild_id
"""
_CHOSEN = """
     WHERE (:account_id IS NULL OR t.account_id = :account_id) AND (:guild_id IS NULL OR c.guild_id = :guild_id)
"""
LARGEST = Select(FileRow, f"{_FILES}{_CHOSEN} ORDER BY t.size DESC, t.id LIMIT :limit OFFSET :skip")
OLDEST = Select(FileRow, f"{_FILES}{_CHOSEN} ORDER BY t.id LIMIT :limit OFFSET :skip")
NEWEST = Select(FileRow, f"{_FILES}{_CHOSEN} ORDER BY t.id DESC LIMIT :limit OFFSET :skip")
THESE = Select(FileRow, f"{_FILES} WHERE t.id IN (SELECT value FROM json_each(:ids))")
