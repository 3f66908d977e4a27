-- Unread mentions are counted from rows, never kept as a number: a number drifts when a message is deleted, a row
-- cannot. The newest message of a channel is asked of its index for the same reason, and saves a write for each message.

CREATE TABLE mention (
    account_id BIGINT NOT NULL REFERENCES account (id),
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    by_name    INTEGER NOT NULL,  -- 1: named or answered; 0: only as one of a role or of everyone
    counted    INTEGER NOT NULL,  -- 1: told when the message was said; 0: came in by an edit
    PRIMARY KEY (account_id, channel_id, message_id)
);
CREATE INDEX mention_message ON mention (message_id);

ALTER TABLE read_state DROP COLUMN mention_count;
ALTER TABLE channel DROP COLUMN last_message_id;
ALTER TABLE message DROP COLUMN mentions;
