-- A channel is in a guild, or it is a conversation: between two people (type 1), or of a group (type 3).

CREATE TABLE new_channel (
    id                  INTEGER PRIMARY KEY,
    guild_id            BIGINT REFERENCES guild (id) ON DELETE CASCADE,  -- none for a conversation
    type                INTEGER NOT NULL,
    name                TEXT   NOT NULL,  -- empty for a conversation that has none
    topic               TEXT,
    position            INTEGER NOT NULL,
    parent_id           BIGINT REFERENCES channel (id) ON DELETE SET NULL,
    rate_limit_per_user INTEGER NOT NULL DEFAULT 0,
    bitrate             INTEGER NOT NULL DEFAULT 64000,
    user_limit          INTEGER NOT NULL DEFAULT 0,
    CHECK ((guild_id IS NULL) = (type IN (1, 3)))
);
INSERT INTO new_channel
       (id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit)
SELECT  id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit FROM channel;
DROP TABLE channel;
ALTER TABLE new_channel RENAME TO channel;
CREATE INDEX channel_guild ON channel (guild_id);

CREATE TABLE conversation (
    channel_id INTEGER PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    owner_id   BIGINT REFERENCES account (id),  -- of a group; none for a pair
    low_id     BIGINT REFERENCES account (id),  -- of a pair: the smaller and the larger account id; none for a group
    high_id    BIGINT REFERENCES account (id),
    UNIQUE (low_id, high_id)
);

CREATE TABLE recipient (
    channel_id   BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    account_id   BIGINT NOT NULL REFERENCES account (id),
    history_from BIGINT NOT NULL DEFAULT 0,     -- messages with smaller ids were before their time
    is_open      INTEGER NOT NULL DEFAULT 1,    -- shown in their list; closing is not deleting
    joined_at    BIGINT NOT NULL,
    PRIMARY KEY (channel_id, account_id)
) WITHOUT ROWID;
CREATE INDEX recipient_account ON recipient (account_id);
