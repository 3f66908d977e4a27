"""What a page says of itself, in whatever encoding and however badly made."""

import codecs
import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.file_worker import pages, protocol, worker
from appliance.file_worker.failing import CannotUnderstand
from appliance.file_worker.protocol import PageRead

ADDRESS = "https://lake.example/cabins/7?x=1"


def read(content: bytes | str, charset: str = "", address: str = ADDRESS) -> PageRead:
    data = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        page = pages.read(file.fileno(), address, charset)
    # What the worker may say, and nothing longer.
    assert protocol.decode_report(protocol.encode(page)) == page
    assert len(protocol.encode(page)) <= protocol.MAX_MESSAGE_BYTES
    return page


def test_open_graph_comes_first() -> None:
    page = read(
        """<!doctype html><html><head><title>Cabin 7 | Lake</title>
        <meta name="description" content="Plain."><meta name="twitter:title" content="Twitter">
        <meta property="og:title" content="Cabin 7 &amp; boat"><meta property="og:description" content="Sleeps
           six.">
        <meta property="og:site_name" content="Lake cabins"><meta property="og:image" content="/pictures/7.jpg?a=b&amp;c=d">
        <meta name="theme-color" content="#CF6A3D"></head><body><meta property="og:title" content="Late"></body>"""
    )

    assert page == PageRead(
        title="Cabin 7 & boat",
        description="Sleeps six.",
        site_name="Lake cabins",
        image="https://lake.example/pictures/7.jpg?a=b&c=d",
        colour=0xCF6A3D,
    )


def test_a_plain_page_has_its_title_and_its_description() -> None:
    page = read("<title> Soup\n of the day</title><META NAME=Description CONTENT='Leek.'>")
    assert (page.title, page.description, page.image, page.colour) == (
        "Soup of the day",
        "Leek.",
        "",
        None,
    )


def test_twitter_and_the_other_attribute_count_too() -> None:
    page = read(
        '<meta property="twitter:title" content="T"><meta name="og:image" content="//cdn.example/ü.png">'
    )
    assert (page.title, page.image) == ("T", "https://cdn.example/%C3%BC.png")


def test_a_base_moves_addresses() -> None:
    page = read('<base href="https://other.example/x/"><meta property="og:image" content="y.png">')
    assert page.image == "https://other.example/x/y.png"


def test_what_is_too_long_is_cut_at_a_word() -> None:
    words = "leek " * 200
    page = read(f"<title>{words}</title><meta name=description content='{'x' * 5000}'>")
    assert page.title.endswith("leek…")
    assert len(page.title) <= protocol.LONGEST_TITLE
    assert page.description == "x" * (protocol.LONGEST_DESCRIPTION - 1) + "…"
    assert read(f"<meta property=og:image content='/{'y' * 5000}'>").image == ""


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("Grüße".encode(), ""),
        ("Grüße".encode(), "utf8"),
        ("Grüße".encode("latin-1"), ""),
        ("Grüße".encode("latin-1"), "ISO-8859-1"),
        ("Grüße".encode("cp1252"), '"windows-1252"'),
        (codecs.BOM_UTF8 + "Grüße".encode(), "iso-8859-5"),
        (codecs.BOM_UTF16_LE + "<title>Grüße</title>".encode("utf-16-le"), ""),
        (codecs.BOM_UTF16_BE + "<title>Grüße</title>".encode("utf-16-be"), "utf-8"),
        (b'<meta charset="iso-8859-1">' + "Grüße".encode("latin-1"), ""),
        (b'<meta http-equiv=x content="text/html; charset=latin1">' + "Grüße".encode("latin-1"), "no-such"),
        ("Grüße".encode("latin-1"), "rot13"),
        ("Grüße".encode("latin-1"), "unicode_escape"),
        ("Grüße".encode("latin-1"), "a\0b"),
    ],
)
def test_letters_are_read_in_the_pages_own_encoding(content: bytes, charset: str) -> None:
    whole = content if b"t\0i" in content or b"\0t\0i" in content else b"<title>" + content + b"</title>"
    if content.startswith((codecs.BOM_UTF8, b"<meta")):
        head, _, word = content.rpartition(b"Gr")
        whole = head + b"<title>Gr" + word + b"</title>"
    assert read(whole, charset).title == "Grüße"


@pytest.mark.parametrize(
    ("charset", "word"),
    [
        ("shift_jis", "日本語"),
        ("gbk", "中文"),
        ("euc-kr", "한국어"),
        ("koi8-r", "Суп"),
        ("windows-1251", "Суп"),
    ],
)
def test_other_scripts_too(charset: str, word: str) -> None:
    assert read(f"<title>{word}</title>".encode(charset), charset).title == word


def test_what_is_no_text_is_no_page() -> None:
    with pytest.raises(CannotUnderstand):
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def test_only_the_beginning_of_a_long_page_is_read() -> None:
    page = read(b"<!-- " + b"x" * pages.MOST_BYTES + b" --><title>Late</title>")
    assert page.title == ""


def test_nothing_said_is_nothing_read() -> None:
    assert read("<html><head></head><body>Words</body></html>") == PageRead()
    assert read("") == PageRead()


TAGS = st.sampled_from([
    "<title>", "</title>", "<meta ", "property=", "og:title", "og:image", "name=", "content=", '"', "'", ">", "<", "</", "<!--", "-->",
    "<![CDATA[", "<script>", "</script>", "<style>", "<base href=", "//", "https://x.example/", "&amp;", "&#x110000;", "&#0;", "\0",
    "charset=", "<body>", "</head>", "#fff", "theme-color", " ", "\n", "<?", "<!doctype", "\u202e", "[", "%",
])  # fmt: skip


@given(
    st.lists(TAGS, max_size=40).map("".join),
    st.sampled_from(["", "utf-8", "utf-16", "gbk", "idna", "zip", "\ud800x"]),
)
def test_no_page_is_too_strange(text: str, charset: str) -> None:
    try:
        read(text.encode(), charset)
    except CannotUnderstand:
        assert "\0" in text or charset == "utf-16"


@given(st.binary(max_size=400), st.text(max_size=12))
def test_any_bytes_are_a_page_or_none(content: bytes, charset: str) -> None:
    try:
        read(content, charset)
    except CannotUnderstand:
        return


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<![CDATA[", b"<a ", b"&", b"</", b"<title>", b'<meta content="', b"<meta a=b "]
)
def test_a_page_made_to_be_slow_is_read_all_the_same(tmp_path: Path, piece: bytes) -> None:
    """Quadratic in some parser or other: then this test would take a minute for each, and the worker's time would be over."""
    file = tmp_path / "page"
    file.write_bytes(piece * (pages.MOST_BYTES // len(piece)))
    descriptor = os.open(file, os.O_RDONLY)
    began = time.process_time()
    try:
        pages.read(descriptor, ADDRESS, "")
    finally:
        os.close(descriptor)
    assert time.process_time() - began < worker.PAGE_PROCESSOR_SECONDS
