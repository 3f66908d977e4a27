"""Polls: a question under a message, with answers to vote for until it closes."""
