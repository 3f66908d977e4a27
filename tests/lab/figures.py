"""What was measured, beside the pictures. Under emulation a second says nothing of a board; the order of things does."""

import json
from pathlib import Path


class Figures:
    """Written after each, so that a run that is cut short leaves what it had."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: dict[str, float] = {}

    def note(self, name: str, seconds: float) -> None:
        """Keep a figure and say it: a run takes minutes."""
        self._seconds[name] = round(seconds, 1)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._seconds, indent=2) + "\n", encoding="utf-8")
        print(f"{name}: {seconds:.1f} s", flush=True)
