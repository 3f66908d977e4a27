"""Threads, on a real database and through HTTP."""
