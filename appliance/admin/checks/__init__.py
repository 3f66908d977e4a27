"""One file a problem that a household may have with its box.

Each has a `TITLE` for its row, a pure function `check` from the facts to a `Problem` or None, and a function `good` with
the row's sentence when there is none, or None where this board cannot tell. A file that is put here is found by itself.
"""
