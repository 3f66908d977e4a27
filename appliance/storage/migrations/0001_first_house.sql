-- Ids are made by the application; times are milliseconds since 1970; flags are 0 or 1; lists of ids are JSON arrays.

CREATE TABLE box (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE account (
    id            BIGINT PRIMARY KEY,
    username      TEXT   NOT NULL,
    username_key  TEXT   NOT NULL UNIQUE,  -- casefolded, NFC
    display_name  TEXT   NOT NULL,
    password_hash TEXT,                    -- none for a bot
    is_bot        INTEGER NOT NULL DEFAULT 0,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    status        TEXT   NOT NULL DEFAULT 'online',
    created_at    BIGINT NOT NULL
);

CREATE TABLE session (
    id           BIGINT PRIMARY KEY,
    account_id   BIGINT NOT NULL REFERENCES account (id),
    device       TEXT   NOT NULL,
    refresh_hash BLOB   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE bot (
    account_id BIGINT PRIMARY KEY REFERENCES account (id),
    guild_id   BIGINT NOT NULL,
    owner_id   BIGINT NOT NULL REFERENCES account (id),
    token_hash BLOB   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE guild (
    id                BIGINT PRIMARY KEY,
    name              TEXT   NOT NULL,
    description       TEXT,
    owner_id          BIGINT NOT NULL REFERENCES account (id),
    system_channel_id BIGINT,
    created_at        BIGINT NOT NULL
);

CREATE TABLE role (
    id          BIGINT PRIMARY KEY,
    guild_id    BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    name        TEXT   NOT NULL,
    color       INTEGER NOT NULL DEFAULT 0,
    hoist       INTEGER NOT NULL DEFAULT 0,
    mentionable INTEGER NOT NULL DEFAULT 0,
    managed     INTEGER NOT NULL DEFAULT 0,
    position    INTEGER NOT NULL,
    permissions BIGINT NOT NULL
);
CREATE INDEX role_guild ON role (guild_id);

CREATE TABLE member (
    guild_id      BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    account_id    BIGINT NOT NULL REFERENCES account (id),
    nick          TEXT,
    joined_at     BIGINT NOT NULL,
    mute          INTEGER NOT NULL DEFAULT 0,
    deaf          INTEGER NOT NULL DEFAULT 0,
    timeout_until BIGINT,
    PRIMARY KEY (guild_id, account_id)
);
CREATE INDEX member_account ON member (account_id);

CREATE TABLE member_role (
    guild_id   BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    role_id    BIGINT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (guild_id, account_id, role_id),
    FOREIGN KEY (guild_id, account_id) REFERENCES member (guild_id, account_id) ON DELETE CASCADE
);
CREATE INDEX member_role_role ON member_role (role_id);

CREATE TABLE channel (
    id                  BIGINT PRIMARY KEY,
    guild_id            BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    type                INTEGER NOT NULL,
    name                TEXT   NOT NULL,
    topic               TEXT,
    position            INTEGER NOT NULL,
    parent_id           BIGINT REFERENCES channel (id) ON DELETE SET NULL,
    rate_limit_per_user INTEGER NOT NULL DEFAULT 0,
    bitrate             INTEGER NOT NULL DEFAULT 64000,
    user_limit          INTEGER NOT NULL DEFAULT 0,
    last_message_id     BIGINT
);
CREATE INDEX channel_guild ON channel (guild_id);

CREATE TABLE overwrite (
    channel_id BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    target_id  BIGINT NOT NULL,
    kind       INTEGER NOT NULL,  -- 0 role, 1 member
    allow      BIGINT NOT NULL,
    deny       BIGINT NOT NULL,
    PRIMARY KEY (channel_id, target_id)
);

CREATE TABLE invite (
    code       TEXT PRIMARY KEY,
    guild_id   BIGINT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    inviter_id BIGINT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    max_age    INTEGER NOT NULL,
    max_uses   INTEGER NOT NULL,
    uses       INTEGER NOT NULL DEFAULT 0,
    temporary  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX invite_guild ON invite (guild_id);

CREATE TABLE message (
    id               BIGINT PRIMARY KEY,
    channel_id       BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    author_id        BIGINT NOT NULL REFERENCES account (id),
    type             INTEGER NOT NULL DEFAULT 0,
    content          TEXT   NOT NULL,
    edited_at        BIGINT,
    reference_id     BIGINT,               -- no constraint: the original may go, the reply stays
    mention_everyone INTEGER NOT NULL DEFAULT 0,
    mentions         TEXT   NOT NULL DEFAULT '[]',
    mention_roles    TEXT   NOT NULL DEFAULT '[]',
    nonce            TEXT
);
CREATE INDEX message_channel ON message (channel_id, id);
CREATE INDEX message_nonce ON message (author_id, channel_id, nonce) WHERE nonce IS NOT NULL;

CREATE TABLE reaction (
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    emoji      TEXT   NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (message_id, emoji, account_id)
);

CREATE TABLE read_state (
    account_id      BIGINT NOT NULL REFERENCES account (id),
    channel_id      BIGINT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    last_message_id BIGINT NOT NULL,
    mention_count   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, channel_id)
);
