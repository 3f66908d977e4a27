-- What people have read is written together, some seconds later (messages/marks.py). Whatever somebody says counts as read by
-- themselves; up to this message that has been written, and after a power cut the rest follows from the messages.
CREATE TABLE read_until (
    message_id BIGINT NOT NULL
);
INSERT INTO read_until (message_id) SELECT coalesce(max(id), 0) FROM message;
