"""Guides that lead nowhere: every link, heading and picture that one of them names is there."""

import re
from pathlib import Path

import pytest

from tests import guide_pictures

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """As the forges make them of headings: small letters, no punctuation, a hyphen for each space."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_the_guides_pictures_are_those_that_the_recipe_makes() -> None:
    named = set(
        re.findall(r"pictures/([\w-]+)\.webp", (ROOT / "docs/household.md").read_text(encoding="utf-8"))
    )

    assert named == set(guide_pictures.PICTURES) == {file.stem for file in guide_pictures.FOLDER.iterdir()}
