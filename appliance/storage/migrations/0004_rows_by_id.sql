-- A table whose rows lie where their id says has no index beside it that would have to be searched first and written
-- each time: in SQLite only INTEGER PRIMARY KEY means that, or WITHOUT ROWID where a pair of ids is the key.

CREATE TABLE new_account (
    id            INTEGER PRIMARY KEY,
    username      TEXT   NOT NULL,
    username_key  TEXT   NOT NULL UNIQUE,  -- casefolded, NFC
    display_name  TEXT   NOT NULL,
    password_hash TEXT,                    -- none for a bot
    is_bot        INTEGER NOT NULL DEFAULT 0,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    status        TEXT   NOT NULL DEFAULT 'online',
    created_at    BIGINT NOT NULL
);
INSERT INTO new_account
       (id, username, username_key, display_name, password_hash, is_bot, is_admin, status, created_at)
SELECT  id, username, username_key, display_name, password_hash, is_bot, is_admin, status, created_at FROM account;
DROP TABLE account;
ALTER TABLE new_account RENAME TO account;

CREATE TABLE new_guild (
    id                INTEGER PRIMARY KEY,
    name              TEXT   NOT NULL,
    description       TEXT,
    owner_id          BIGINT NOT NULL REFERENCES account (id),
    system_channel_id BIGINT,
    created_at        BIGINT NOT NULL
);
INSERT INTO new_guild (id, name, description, owner_id, system_channel_id, created_at)
SELECT id, name, description, owner_id, system_channel_id, created_at FROM guild;
DROP TABLE guild;
ALTER TABLE new_guild RENAME TO guild;

CREATE TABLE new_role (
    id          INTEGER PRIMARY KEY,
    guild_id    BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    name        TEXT   NOT NULL,
    color       INTEGER NOT NULL DEFAULT 0,
    hoist       INTEGER NOT NULL DEFAULT 0,
    mentionable INTEGER NOT NULL DEFAULT 0,
    managed     INTEGER NOT NULL DEFAULT 0,
    position    INTEGER NOT NULL,
    permissions BIGINT NOT NULL
);
INSERT INTO new_role (id, guild_id, name, color, hoist, mentionable, managed, position, permissions)
SELECT id, guild_id, name, color, hoist, mentionable, managed, position, permissions FROM role;
DROP TABLE role;
ALTER TABLE new_role RENAME TO role;
CREATE INDEX role_guild ON role (guild_id);

CREATE TABLE new_member (
    guild_id      BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    account_id    BIGINT NOT NULL REFERENCES account (id),
    nick          TEXT,
    joined_at     BIGINT NOT NULL,
    mute          INTEGER NOT NULL DEFAULT 0,
    deaf          INTEGER NOT NULL DEFAULT 0,
    timeout_until BIGINT,
    PRIMARY KEY (guild_id, account_id)
) WITHOUT ROWID;
INSERT INTO new_member (guild_id, account_id, nick, joined_at, mute, deaf, timeout_until)
SELECT guild_id, account_id, nick, joined_at, mute, deaf, timeout_until FROM member;
DROP TABLE member;
ALTER TABLE new_member RENAME TO member;
CREATE INDEX member_account ON member (account_id);

CREATE TABLE new_member_role (
    guild_id   BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    role_id    BIGINT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (guild_id, account_id, role_id),
    FOREIGN KEY (guild_id, account_id) REFERENCES member (guild_id, account_id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO new_member_role (guild_id, account_id, role_id) SELECT guild_id, account_id, role_id FROM member_role;
DROP TABLE member_role;
ALTER TABLE new_member_role RENAME TO member_role;
CREATE INDEX member_role_role ON member_role (role_id);

CREATE TABLE new_channel (
    id                  INTEGER PRIMARY KEY,
    guild_id            BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    type                INTEGER NOT NULL,
    name                TEXT   NOT NULL,
    topic               TEXT,
    position            INTEGER NOT NULL,
    parent_id           BIGINT REFERENCES channel (id) ON DELETE SET NULL,
    rate_limit_per_user INTEGER NOT NULL DEFAULT 0,
    bitrate             INTEGER NOT NULL DEFAULT 64000,
    user_limit          INTEGER NOT NULL DEFAULT 0
);
INSERT INTO new_channel
       (id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit)
SELECT  id, guild_id, type, name, topic, position, parent_id, rate_limit_per_user, bitrate, user_limit FROM channel;
DROP TABLE channel;
ALTER TABLE new_channel RENAME TO channel;
CREATE INDEX channel_guild ON channel (guild_id);

CREATE TABLE new_overwrite (
    channel_id BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    target_id  BIGINT NOT NULL,
    kind       INTEGER NOT NULL,  -- 0 role, 1 member
    allow      BIGINT NOT NULL,
    deny       BIGINT NOT NULL,
    PRIMARY KEY (channel_id, target_id)
) WITHOUT ROWID;
INSERT INTO new_overwrite (channel_id, target_id, kind, allow, deny)
SELECT channel_id, target_id, kind, allow, deny FROM overwrite;
DROP TABLE overwrite;
ALTER TABLE new_overwrite RENAME TO overwrite;

CREATE TABLE new_message (
    id               INTEGER PRIMARY KEY,
    channel_id       BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    author_id        BIGINT NOT NULL REFERENCES account (id),
    type             INTEGER NOT NULL DEFAULT 0,
    content          TEXT   NOT NULL,
    edited_at        BIGINT,
    reference_id     BIGINT,               -- no constraint: the original may go, the reply stays
    mention_everyone INTEGER NOT NULL DEFAULT 0,
    mention_roles    TEXT   NOT NULL DEFAULT '[]',
    nonce            TEXT
);
INSERT INTO new_message
       (id, channel_id, author_id, type, content, edited_at, reference_id, mention_everyone, mention_roles, nonce)
SELECT  id, channel_id, author_id, type, content, edited_at, reference_id, mention_everyone, mention_roles, nonce
  FROM message;
DROP TABLE message;
ALTER TABLE new_message RENAME TO message;
-- An index ends with the row's id, so this one is in order of time within a channel.
CREATE INDEX message_channel ON message (channel_id);
CREATE INDEX message_nonce ON message (author_id, channel_id, nonce) WHERE nonce IS NOT NULL;

CREATE TABLE new_read_state (
    account_id      BIGINT NOT NULL REFERENCES account (id),
    channel_id      BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    last_message_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, channel_id)
) WITHOUT ROWID;
INSERT INTO new_read_state (account_id, channel_id, last_message_id)
SELECT account_id, channel_id, last_message_id FROM read_state;
DROP TABLE read_state;
ALTER TABLE new_read_state RENAME TO read_state;
