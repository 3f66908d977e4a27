-- A guild's own emoji. The picture is small and is read by its id alone, so it lies in the row, last.
CREATE TABLE emoji (
    id           INTEGER PRIMARY KEY,
    guild_id     BIGINT  NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    creator_id   BIGINT  NOT NULL REFERENCES account (id),
    animated     INTEGER NOT NULL,
    content_type TEXT    NOT NULL,
    image        BLOB    NOT NULL
);
CREATE INDEX emoji_guild ON emoji (guild_id);

-- CREATE_GUILD_EXPRESSIONS (bit 43): whoever may put up pictures in a space may make them emoji there.
UPDATE role SET permissions = permissions | 8796093022208 WHERE id = guild_id AND permissions & 32768 <> 0;
