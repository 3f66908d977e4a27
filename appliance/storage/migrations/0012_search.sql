-- The index of words (appliance.search). Words are folded before they come here, so FTS5 only splits them at spaces; it keeps no
-- text. Rows are numbered 1, 2, 3 … in order of time, not by the messages' ids, which would make each entry two to three times as
-- long. Merging is asked for, never done inside somebody's COMMIT; below FTS5's own 16 it would still do all of it at once.
CREATE VIRTUAL TABLE search USING fts5 (body, content='', contentless_delete=1, tokenize='ascii', detail=full);
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('usermerge', 8);

-- Both numbers grow together. What is not in here yet is looked through directly.
CREATE TABLE search_row (
    seq        INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL UNIQUE
);

-- Rows whose entry no longer says what the message does, or whose message is gone: passed over from that moment on, and put right
-- by the next turn of the indexer. So a deleted channel costs one short row a message, not one tombstone in the index.
CREATE TABLE search_stale (
    seq INTEGER PRIMARY KEY
);
CREATE TRIGGER search_deleted AFTER DELETE ON message
  WHEN old.id <= (SELECT max(message_id) FROM search_row)
BEGIN
    INSERT OR IGNORE INTO search_stale (seq) SELECT seq FROM search_row WHERE message_id = old.id;
END;
-- Of `parts`, the bits of files and polls.
CREATE TRIGGER search_changed AFTER UPDATE OF content, embeds, parts ON message
  WHEN (old.content <> new.content OR old.embeds IS NOT new.embeds OR (old.parts & 3) <> (new.parts & 3))
       AND old.id <= (SELECT max(message_id) FROM search_row)
BEGIN
    INSERT OR IGNORE INTO search_stale (seq) SELECT seq FROM search_row WHERE message_id = old.id;
END;
