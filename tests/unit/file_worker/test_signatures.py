"""What a file is, by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.file_worker import signatures
from tests import file_corpus as corpus

EACH = [
    (corpus.encoded("JPEG"), "image/jpeg"),
    (corpus.encoded("PNG"), "image/png"),
    (corpus.encoded("GIF"), "image/gif"),
    (corpus.encoded("WEBP"), "image/webp"),
    (corpus.encoded("AVIF"), "image/avif"),
    (corpus.encoded("HEIF"), "image/heic"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
    (b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom", "audio/mp4"),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
    (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
    (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
    (b"\xff\xfb\x90\x64" + bytes(400), "audio/mpeg"),
    (b"\xff\xf1\x50\x80" + bytes(400), "audio/aac"),
    ((b"\x47" + bytes(187)) * 3, "video/mp2t"),
    (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    ("Grüße\r\n\taus 東京".encode(), "text/plain"),
    (("xü" * 40000).encode()[: signatures.HEAD_BYTES], "text/plain"),
    (b"<html><script>alert(1)</script>", "text/plain"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
    (b"MZ\x90\0\x03", "application/octet-stream"),
    (b"Gr\xfc\xdfe", "application/octet-stream"),
    (b"", "application/octet-stream"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "found"), EACH)
def test_each_kind_is_known_by_its_bytes(head: bytes, found: str) -> None:
    assert signatures.content_type(head) == found


@given(st.binary(max_size=600))
def test_any_bytes_are_something(head: bytes) -> None:
    assert "/" in signatures.content_type(head)
