-- What a message is beside its text. `parts` says which other tables hold more of it, so that a plain message asks none of them
-- (bits: appliance.messages.model.Part). `embeds` is a JSON array in the public API's shape.
ALTER TABLE message ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN embeds TEXT;
ALTER TABLE message ADD COLUMN pinned_at INTEGER;
CREATE INDEX message_pinned ON message (channel_id, pinned_at) WHERE pinned_at IS NOT NULL;
