"""The one list of languages, and what is nearest to a tag that is not on it."""

import re
from pathlib import Path

import pytest

from appliance.accounts import languages
from appliance.portal import languages as portal_languages

WEBUI = Path(__file__).parents[3] / "webui/src/i18n"


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [("en", "en-GB"), ("en-US", "en-GB"), ("de", "de"), ("DE-at", "de"), ("fr", "en-GB"), ("", "en-GB")],
)
def test_a_tag_stands_for_the_nearest_of_ours(tag: str, nearest: str) -> None:
    assert languages.nearest(tag) == nearest


def test_every_language_has_its_words_on_every_screen() -> None:
    primary = {one.split("-")[0] for one in languages.LANGUAGES}

    assert set(portal_languages.LANGUAGES) == primary
    assert {folder.name for folder in WEBUI.iterdir() if folder.is_dir()} == primary
    # Each is listed with its own words: `en-GB` must not load German.
    listed = re.findall(r"import\('\./(\w+)/(\w+)'\)\)\.(\w+)", (WEBUI / "languages.ts").read_text("utf-8"))
    assert sorted(listed) == sorted(
        (one, file, part) for one in primary for file, part in ((one, "first"), ("later", "later"))
    )
    folders = [folder for folder, _, _ in listed]
    assert folders[::2] == folders[1::2] == [one.split("-")[0] for one in languages.LANGUAGES]
