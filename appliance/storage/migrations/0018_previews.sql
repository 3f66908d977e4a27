-- What the box has found out about addresses that somebody said (appliance.previews). A row stays as it is: when it is too old the
-- address is asked for anew, and gets another row. `card` is an embed without the address of its picture, NULL where there was
-- nothing to show.
CREATE TABLE preview (
    id         INTEGER PRIMARY KEY,
    address    TEXT    NOT NULL,
    fetched_at BIGINT  NOT NULL,
    card       TEXT,
    picture    BLOB    REFERENCES blob (sha256),  -- made by the worker, never as it came
    width      INTEGER,
    height     INTEGER
);
CREATE INDEX preview_address ON preview (address, fetched_at);
CREATE INDEX preview_fetched ON preview (fetched_at);
CREATE INDEX preview_picture ON preview (picture) WHERE picture IS NOT NULL;

-- The cards of a message; `position` is that of the link in its text.
CREATE TABLE message_preview (
    message_id BIGINT  NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    preview_id INTEGER NOT NULL REFERENCES preview (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    PRIMARY KEY (message_id, preview_id)
) WITHOUT ROWID;
CREATE INDEX message_preview_preview ON message_preview (preview_id);

-- With the last message that shows it goes what was found, and with that its picture.
CREATE TRIGGER preview_unused AFTER DELETE ON message_preview
  WHEN NOT EXISTS (SELECT 1 FROM message_preview WHERE preview_id = old.preview_id)
    BEGIN DELETE FROM preview WHERE id = old.preview_id; END;
CREATE TRIGGER preview_gone AFTER DELETE ON preview WHEN old.picture IS NOT NULL
    BEGIN INSERT OR IGNORE INTO dropped_blob (sha256) VALUES (old.picture); END;

DROP VIEW blob_user;
CREATE VIEW blob_user AS
    SELECT blob FROM attachment
     UNION ALL SELECT blob FROM upload WHERE blob IS NOT NULL
     UNION ALL SELECT picture FROM preview WHERE picture IS NOT NULL;

-- A message with a preview is found by `has: embed` (bit 3 of `parts`), as one with a bot's card.
DROP TRIGGER search_changed;
CREATE TRIGGER search_changed AFTER UPDATE OF content, embeds, parts ON message
  WHEN (old.content <> new.content OR old.embeds IS NOT new.embeds OR (old.parts & 11) <> (new.parts & 11))
       AND old.id <= (SELECT max(message_id) FROM search_row)
BEGIN
    INSERT OR IGNORE INTO search_stale (seq) SELECT seq FROM search_row WHERE message_id = old.id;
END;
