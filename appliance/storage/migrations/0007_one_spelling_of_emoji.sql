-- A heart with and one without a colour selector were two reactions; of somebody who made both, the first stays. What is no
-- emoji at all stays as it is, so that whoever made it can take it back.

INSERT INTO reaction (message_id, emoji, account_id, made_at)
SELECT message_id, canonical_emoji(emoji), account_id, min(made_at)
  FROM reaction
 WHERE canonical_emoji(emoji) <> emoji
 GROUP BY message_id, canonical_emoji(emoji), account_id
    ON CONFLICT (message_id, emoji, account_id) DO UPDATE SET made_at = min(made_at, excluded.made_at);
DELETE FROM reaction WHERE canonical_emoji(emoji) <> emoji;
