"""What is asked for before nearly every write and hardly ever changes, remembered from one transaction to the next.

Only whoever writes has such a memory, as only there every change is known: all that is written empties it, but for what
no rule depends on (`Transaction.note`); so does whatever is taken back; and what another process has committed shows in
SQLite's `data_version` when the next transaction begins.
"""

from typing import Any

type Question = tuple[object, ...]
"""A query with all that it depends on."""

# A household's people in the channels where they write.
_MOST = 512


class Memory:
    """Answers by their questions."""

    def __init__(self) -> None:
        self._answers: dict[Question, tuple[Any]] = {}
        self._version = -1

    def begin(self, version: int) -> None:
        """A transaction begins on this `data_version` of the file."""
        if version != self._version:
            self._version = version
            self._answers.clear()

    def forget(self) -> None:
        """Something is about to change, or was taken back."""
        self._answers.clear()

    def keep(self, question: Question, answer: object) -> None:
        if len(self._answers) >= _MOST:
            self._answers.clear()
        self._answers[question] = (answer,)

    def find(self, question: Question) -> tuple[Any] | None:
        """The answer, by itself in a tuple, as there may be none or it may be None."""
        return self._answers.get(question)
