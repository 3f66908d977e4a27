"""What strangers say of a file before it comes: its name, its size, and the list of what else there is to say."""

import base64
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid
from appliance.files import attachments, filenames, uploads


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("soup.jpg", "soup.jpg"),
        ("Größe 上海.JPG", "Größe 上海.JPG"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c.txt", "a_b_c.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("line\nbreak.txt", "linebreak.txt"),
        ("   ", "file"),
        (".", "file"),
        ("", "file"),
        ("x" * 300 + ".jpeg", "x" * 145 + ".jpeg"),
        ("e\u0301.txt", "é.txt"),
        ("👩\u200d🍳.png", "👩\u200d🍳.png"),
    ],
)
def test_a_name_is_kept_as_a_name(said: str, kept: str) -> None:
    assert filenames.cleaned(said) == kept


@given(st.text())
def test_any_name_is_one_short_line_that_reads_in_its_own_direction(said: str) -> None:
    kept = filenames.cleaned(said)

    assert 1 <= len(kept.encode()) <= filenames.LONGEST_BYTES
    assert not set(kept) & set('/\\:*?"<>|')
    assert all(unicodedata.category(one)[0] != "C" or one == "\u200d" for one in kept)
    assert filenames.cleaned(kept) == kept


@given(st.text(max_size=80))
def test_any_name_with_another_suffix_is_a_name_too(said: str) -> None:
    made = filenames.with_suffix(filenames.cleaned(said), "image/jpeg")

    assert made.endswith(".jpg")
    assert len(made.encode()) <= filenames.LONGEST_BYTES


def test_metadata_is_read_as_tus_writes_it() -> None:
    name = base64.b64encode("später.jpg".encode()).decode()

    assert uploads.metadata(f"filename {name},filetype aW1hZ2UvanBlZw==, is_last") == {
        "filename": "später.jpg",
        "filetype": "image/jpeg",
        "is_last": "",
    }
    assert uploads.metadata("") == {}


@given(st.text(max_size=200))
def test_no_metadata_can_do_worse_than_be_refused(header: str) -> None:
    try:
        found = uploads.metadata(header)
    except Invalid:
        return
    assert all(key.isascii() for key in found)


@given(st.text(max_size=30) | st.integers().map(str))
def test_a_length_is_a_plain_number_or_refused(header: str) -> None:
    try:
        found = uploads.length(header)
    except Invalid:
        return
    assert 0 <= found < 10**18
    assert int(header) == found


@given(st.text(max_size=400))
def test_a_waveform_is_some_bytes_or_refused(sent: str) -> None:
    try:
        found = attachments.waveform(sent)
    except Invalid:
        return
    assert found is not None
    assert 1 <= len(found) <= 256
