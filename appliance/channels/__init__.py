"""Channels: text channels, rooms and categories, and who can see which of them."""
