"""Friends, friend requests and blocks between people."""
