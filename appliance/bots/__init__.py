"""Bots: accounts with one token instead of a password, each living in one guild."""
