-- What people are to one another. A friendship is two rows of type 1; a request is one of type 4 with who asks and one of type 3
-- with who is asked; a block is one row of type 2, with who blocks.
CREATE TABLE relationship (
    account_id BIGINT NOT NULL REFERENCES account (id),
    other_id   BIGINT NOT NULL REFERENCES account (id),
    type       INTEGER NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (account_id, other_id)
) WITHOUT ROWID;
CREATE INDEX relationship_other ON relationship (other_id);

-- Whether somebody can be asked by name or by id to be friends.
ALTER TABLE account ADD COLUMN takes_requests INTEGER NOT NULL DEFAULT 1;
