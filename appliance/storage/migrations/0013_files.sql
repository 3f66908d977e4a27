-- Files. A blob is a content that is kept once, whoever sent it and how often; it lies in `blobs/` under its SHA-256. It is kept for
-- as long as somebody uses it: `blob_user` says who does, and a domain that begins to keep blobs makes that view anew with its own
-- table in it. What loses a user is noted in `dropped_blob` by triggers, so that a guild's end, too, needs no list of its own.

CREATE TABLE blob (
    sha256       BLOB    NOT NULL PRIMARY KEY,
    size         BIGINT  NOT NULL,
    content_type TEXT    NOT NULL,            -- what the bytes prove
    state        INTEGER NOT NULL DEFAULT 0,  -- of understanding it: 0 waiting, 1 ready, 2 failed
    tries        INTEGER NOT NULL DEFAULT 0,
    width        INTEGER,
    height       INTEGER,
    duration_ms  BIGINT,
    placeholder  BLOB,                        -- a ThumbHash
    waveform     BLOB,
    playable     TEXT    NOT NULL DEFAULT 'no',
    progress     REAL,                        -- of a conversion, 0 to 1
    created_at   BIGINT  NOT NULL
);
CREATE INDEX blob_waiting ON blob (created_at) WHERE state = 0;

-- What was made of a blob: a content of its own, in the same folder.
CREATE TABLE rendition (
    blob         BLOB    NOT NULL REFERENCES blob (sha256) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,            -- thumbnail, poster, display, stripped, converted, voice
    sha256       BLOB    NOT NULL,
    size         BIGINT  NOT NULL,
    content_type TEXT    NOT NULL,
    width        INTEGER,
    height       INTEGER,
    PRIMARY KEY (blob, kind)
) WITHOUT ROWID;
CREATE INDEX rendition_sha256 ON rendition (sha256);

-- A file of a message. It goes with its message, and so with its channel and its guild.
CREATE TABLE attachment (
    id          BIGINT  NOT NULL PRIMARY KEY,
    message_id  BIGINT  NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    channel_id  BIGINT  NOT NULL,
    account_id  BIGINT  NOT NULL REFERENCES account (id),
    position    INTEGER NOT NULL,
    blob        BLOB    NOT NULL REFERENCES blob (sha256),
    size        BIGINT  NOT NULL,
    filename    TEXT    NOT NULL,
    description TEXT,
    flags       INTEGER NOT NULL DEFAULT 0,
    duration_ms BIGINT,                       -- as the sender of a voice message said
    waveform    BLOB
);
CREATE INDEX attachment_message ON attachment (message_id, position);
CREATE INDEX attachment_blob ON attachment (blob);
CREATE INDEX attachment_channel ON attachment (channel_id, id);
CREATE INDEX attachment_account ON attachment (account_id);

-- A file on its way, until a message takes it or nobody does. `offset` bytes of it are on the disk for certain.
CREATE TABLE upload (
    id         TEXT    NOT NULL PRIMARY KEY,
    account_id BIGINT  NOT NULL REFERENCES account (id),
    channel_id BIGINT  NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    length     BIGINT  NOT NULL,
    "offset"   BIGINT  NOT NULL DEFAULT 0,
    filename   TEXT    NOT NULL,
    filetype   TEXT    NOT NULL,              -- as the sender called it
    expires_at BIGINT  NOT NULL,
    blob       BLOB    REFERENCES blob (sha256)
) WITHOUT ROWID;
CREATE INDEX upload_account ON upload (account_id);
CREATE INDEX upload_channel ON upload (channel_id);
CREATE INDEX upload_blob ON upload (blob) WHERE blob IS NOT NULL;
CREATE INDEX upload_expires ON upload (expires_at);

CREATE VIEW blob_user AS
    SELECT blob FROM attachment UNION ALL SELECT blob FROM upload WHERE blob IS NOT NULL;

CREATE TABLE dropped_blob (sha256 BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER attachment_gone AFTER DELETE ON attachment
    BEGIN INSERT OR IGNORE INTO dropped_blob (sha256) VALUES (old.blob); END;
CREATE TRIGGER upload_gone AFTER DELETE ON upload WHEN old.blob IS NOT NULL
    BEGIN INSERT OR IGNORE INTO dropped_blob (sha256) VALUES (old.blob); END;

-- With what key the addresses of files are signed.
CREATE TABLE file_address_key (key TEXT NOT NULL);
INSERT INTO file_address_key (key) VALUES (random_key());
