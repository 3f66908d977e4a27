"""One file a problem that a household may have with its box.

Each has a `TITLE` for its row, `KEYS` with every key that the row may have and the names of its facts, by which clients
translate it, a pure function `check` from the facts to a `Problem` or None, and a function `good` for the row when there is
none, which is None where this board cannot tell. A file that is put here is found by itself.
"""
