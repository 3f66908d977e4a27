-- Every refresh token of a sign-in carries the same family part, which proves that an old token was once genuine; the
-- previous token is good once more for a moment, in case the answer that replaced it was lost.

ALTER TABLE session ADD COLUMN family_hash BLOB;
ALTER TABLE session ADD COLUMN previous_hash BLOB;
