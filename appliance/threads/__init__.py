"""Threads: conversations beside a channel's own, for those who see the channel or for a few of them."""
