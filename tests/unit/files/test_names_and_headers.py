"""What strangers say of a file before it comes: its name, its size, and the list of what else there is to say."""

import base64
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid
from appliance.files import attachments, filenames, uploads
from appliance.http.disposition import content_disposition
from appliance.text import file_names


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
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("\u200d.", "file"),
        ("e\u200b\u0301.txt", "é.txt"),
        ("a\tb\u00a0c", "a b c"),
        ("ß" * 200 + ".jpeg", "ß" * 72 + ".jpeg"),
    ],
)
def test_a_name_is_kept_as_a_name(said: str, kept: str) -> None:
    assert file_names.cleaned(said) == kept


@given(st.text())
def test_any_name_is_one_short_line_that_reads_in_its_own_direction(said: str) -> None:
    kept = file_names.cleaned(said)

    assert 1 <= len(kept.encode()) <= file_names.LONGEST_BYTES
    assert not set(kept) & set('/\\:*?"<>|')
    assert all(unicodedata.category(one)[0] != "C" or one in "\u200c\u200d" for one in kept)
    assert file_names.cleaned(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    # Whoever saves the file gets it under the name that everybody sees.
    plain, _, extended = content_disposition(kept, "image/png").removeprefix("inline; ").partition("; ")
    assert kept == (unquote(extended.removeprefix("filename*=UTF-8''")) or plain[len('filename="') : -1])


@given(st.text(max_size=80))
def test_any_name_with_another_suffix_is_a_name_too(said: str) -> None:
    made = filenames.with_suffix(file_names.cleaned(said), "image/jpeg")

    assert made.endswith(".jpg")
    assert len(made.encode()) <= file_names.LONGEST_BYTES


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
