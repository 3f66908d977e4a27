-- A poll lies under a message, and one row is one person's vote for one answer. `emoji` is as a reaction keeps it.
CREATE TABLE poll (
    message_id        INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    question          TEXT    NOT NULL,
    allow_multiselect INTEGER NOT NULL,
    ends_at           BIGINT  NOT NULL,
    is_ended          INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX poll_open ON poll (ends_at) WHERE is_ended = 0;

CREATE TABLE poll_answer (
    message_id BIGINT  NOT NULL REFERENCES poll (message_id) ON DELETE CASCADE,
    answer_id  INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    emoji      TEXT,
    PRIMARY KEY (message_id, answer_id)
) WITHOUT ROWID;

CREATE TABLE poll_vote (
    message_id BIGINT  NOT NULL,
    answer_id  INTEGER NOT NULL,
    account_id BIGINT  NOT NULL REFERENCES account (id),
    made_at    BIGINT  NOT NULL,
    PRIMARY KEY (message_id, answer_id, account_id),
    FOREIGN KEY (message_id, answer_id) REFERENCES poll_answer (message_id, answer_id) ON DELETE CASCADE
) WITHOUT ROWID;

-- SEND_POLLS (bit 49): whoever may write in a space may ask there too, until somebody takes it away.
UPDATE role SET permissions = permissions | 562949953421312 WHERE id = guild_id AND permissions & 2048 <> 0;
