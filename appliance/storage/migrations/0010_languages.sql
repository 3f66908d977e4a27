-- The language that somebody has chosen for the screens; none: as their browser, then as the box (table box, key 'language').

ALTER TABLE account ADD COLUMN locale TEXT;
