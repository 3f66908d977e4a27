"""Guilds: who belongs to a space, which roles they have, and how one is let in."""
