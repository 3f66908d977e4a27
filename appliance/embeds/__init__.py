"""Embeds: cards under a message, that a bot fills with facts or that tell what a link or a poll came to."""
