-- Files are found by their names and kinds too: a message that gets one or loses one is put into the index anew.
CREATE TRIGGER search_file_added AFTER INSERT ON attachment
  WHEN new.message_id <= (SELECT max(message_id) FROM search_row)
BEGIN
    INSERT OR IGNORE INTO search_stale (seq) SELECT seq FROM search_row WHERE message_id = new.message_id;
END;
CREATE TRIGGER search_file_removed AFTER DELETE ON attachment
  WHEN old.message_id <= (SELECT max(message_id) FROM search_row)
BEGIN
    INSERT OR IGNORE INTO search_stale (seq) SELECT seq FROM search_row WHERE message_id = old.message_id;
END;
