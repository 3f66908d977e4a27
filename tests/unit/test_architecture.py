"""The page that a newcomer reads names the packages that are there, and no others."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"


def _folders(parent: Path) -> set[str]:
    return {folder.name for folder in parent.iterdir() if (folder / "__init__.py").exists()}


def test_the_page_names_every_package() -> None:
    rows = re.findall(r"^\| `(\w+)/` \| ", PAGE.read_text(), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == _folders(ROOT / "appliance")


def test_the_parts_of_the_media_process_are_named() -> None:
    [row] = re.findall(r"^\| `sfu/` \| (.*)$", PAGE.read_text(), re.MULTILINE)
    assert set(re.findall(r"`(\w+)/`", row)) == _folders(ROOT / "appliance" / "sfu")


def test_the_client_folders_are_named() -> None:
    [line] = re.findall(r"`webui/src/` \(([^)]*)\)", PAGE.read_text())
    folders = {folder.name for folder in (ROOT / "webui" / "src").iterdir() if folder.is_dir()}
    assert set(re.findall(r"`(\w+)/`", line)) == folders - {"testing"}


def test_every_module_and_name_on_the_page_is_there() -> None:
    """`package.module` and `package/file.py` in the text lead to files of `appliance/`."""
    text = PAGE.read_text()
    for found in re.findall(r"`((?:\w+/)+\w+\.py)`", text):
        assert (ROOT / "appliance" / found).is_file() or (ROOT / found).is_file(), found
    for found in re.findall(r"`appliance\.(\w+)`", text):
        assert (ROOT / "appliance" / f"{found}.py").is_file() or (ROOT / "appliance" / found).is_dir(), found
    for package, module in re.findall(r"`(\w+)\.(\w+)(?:\.\w+)?(?:\([^`]*\))?`", text):
        folder = ROOT / "appliance" / package
        if not folder.is_dir():
            continue
        is_module = (folder / f"{module}.py").is_file() or (folder / module).is_dir()
        assert is_module or module in (folder / "__init__.py").read_text(), f"{package}.{module}"
