"""The committed tables are what the packages make of Unicode's data."""

from tests import text_tables


def test_the_look_alikes_are_what_the_package_says() -> None:
    assert text_tables.LOOKALIKES.read_text(encoding="utf-8") == text_tables.lookalikes()
