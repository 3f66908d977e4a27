-- Threads: channels in a channel. A thread's `channel` row has a type of 11 (public) or 12 (private), and the channel that it is in as
-- `parent_id`; here is what only threads have. A thread begun at a message has the message's id, as in the public API.
CREATE TABLE thread (
    channel_id           INTEGER PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    owner_id             BIGINT  NOT NULL REFERENCES account (id),
    created_at           BIGINT  NOT NULL,
    is_archived          INTEGER NOT NULL DEFAULT 0,
    is_locked            INTEGER NOT NULL DEFAULT 0,
    is_invitable         INTEGER NOT NULL DEFAULT 1,
    auto_archive_minutes INTEGER NOT NULL,
    archive_changed_at   BIGINT  NOT NULL   -- when it was last archived or revived; at first when it was made
);
CREATE INDEX thread_active ON thread (channel_id) WHERE is_archived = 0;
CREATE INDEX channel_parent ON channel (parent_id) WHERE parent_id IS NOT NULL;

-- Apart, as each message writes it: of what says who may do what nothing is forgotten for it.
CREATE TABLE thread_count (
    channel_id    INTEGER PRIMARY KEY REFERENCES thread (channel_id) ON DELETE CASCADE,
    message_count INTEGER NOT NULL DEFAULT 0,
    total_sent    INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE thread_member (
    channel_id BIGINT NOT NULL REFERENCES thread (channel_id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL,
    guild_id   BIGINT NOT NULL,
    joined_at  BIGINT NOT NULL,
    PRIMARY KEY (channel_id, account_id),
    FOREIGN KEY (guild_id, account_id) REFERENCES member (guild_id, account_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX thread_member_account ON thread_member (account_id, guild_id);

-- Where people may write they may also begin threads and write in them (bits 35, 36, 38), and where they may not write
-- (a channel for announcements) they may not do so in a thread either.
UPDATE role SET permissions = permissions | (1 << 35) | (1 << 36) | (1 << 38)
 WHERE id = guild_id AND permissions & (1 << 11);
UPDATE overwrite SET allow = allow | (1 << 38) WHERE allow & (1 << 11);
UPDATE overwrite SET deny = deny | (1 << 35) | (1 << 36) | (1 << 38) WHERE deny & (1 << 11);
