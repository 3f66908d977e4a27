"""What the portal remembers: a start of its own process takes nothing back, and a damaged file is no obstacle."""

from pathlib import Path

import pytest

from appliance.portal.deadlines import RESCUE_SECONDS
from appliance.portal.model import RESCUE_TRIES
from appliance.portal.progress_store import Progress, ProgressStore


def store(folder: Path) -> ProgressStore:
    """As a portal that has just started."""
    return ProgressStore(folder, folder / "card")


def test_a_portal_that_starts_anew_goes_on_with_the_rescue_there_is(tmp_path: Path) -> None:
    first = store(tmp_path).open_rescue(7, 100.0)
    again = store(tmp_path)
    again.open_rescue(7, 400.0)
    again.record_rescue(tries=2, done=True)

    found = store(tmp_path).open_rescue(7, 500.0)

    assert (first.tries, first.done, first.seconds(100.0)) == (RESCUE_TRIES, False, RESCUE_SECONDS)
    assert (found.tries, found.done, found.seconds(500.0)) == (2, True, RESCUE_SECONDS - 400)
    assert found.seconds(5000.0) == 0


def test_a_box_that_starts_anew_has_its_quarter_of_an_hour_again_but_no_more_tries(tmp_path: Path) -> None:
    store(tmp_path).open_rescue(7, 3000.0)
    again = store(tmp_path)
    again.open_rescue(7, 3000.0)
    again.record_rescue(tries=1, done=True)

    found = store(tmp_path).open_rescue(7, 40.0)

    assert (found.seconds(40.0), found.tries, found.done) == (RESCUE_SECONDS, 1, True)


def test_another_file_on_the_card_opens_another_rescue(tmp_path: Path) -> None:
    first = store(tmp_path)
    first.open_rescue(7, 100.0)
    first.record_rescue(tries=0, done=True)

    found = store(tmp_path).open_rescue(8, 200.0)

    assert (found.tries, found.done, found.seconds(200.0)) == (RESCUE_TRIES, False, RESCUE_SECONDS)


def test_a_rescue_that_cannot_be_remembered_is_an_error_and_the_rest_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    kept = store(folder)
    kept.open_rescue(7, 100.0)
    (folder / "portal.json").unlink()
    folder.rmdir()

    with pytest.raises(OSError, match="portal"):
        kept.record_rescue(tries=1, done=True)
    kept.save(Progress(finished=True))

    assert kept.progress().finished
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"finished": 7}', bytes(200), None])
def test_a_damaged_file_is_a_beginning(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "portal.json"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)

    assert store(tmp_path).progress() == Progress()
    store(tmp_path).save(Progress(country="PT"))
    assert store(tmp_path).progress().country == "PT"


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_label_that_cannot_be_read_is_no_obstacle(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "setup-code"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)

    assert len(store(tmp_path).code()) == 8
