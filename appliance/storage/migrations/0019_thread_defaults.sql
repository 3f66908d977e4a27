-- What threads of a channel begin with: after how many minutes without a message they rest, and the seconds between two messages of
-- somebody. Only text channels have threads; the others keep what stands here by itself.
ALTER TABLE channel ADD COLUMN default_archive_minutes INTEGER NOT NULL DEFAULT 10080;
ALTER TABLE channel ADD COLUMN default_thread_rate_limit_per_user INTEGER NOT NULL DEFAULT 0;
