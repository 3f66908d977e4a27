"""The copied trees in tests/fixtures/boards: whoever adds a folder there has added a test."""

import shutil
from pathlib import Path

BOARDS = Path(__file__).parents[2] / "fixtures" / "boards"
NAMES = sorted(folder.name for folder in BOARDS.iterdir())


def copied(name: str, folder: Path) -> Path:
    """A board that a test may change."""
    return Path(shutil.copytree(BOARDS / name, folder / name))


def write(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
