"""A stream that any reader of RFC 8878 reads: here by the letter of it; tests/compat reads it with a library."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.gateway.zstd_stream import ZstdStream

LARGEST_BLOCK = 128 * 1024


def read_blocks(stream: bytes) -> bytes:
    """What is in raw blocks, of which none may be the last."""
    text = b""
    while stream:
        header = int.from_bytes(stream[:3], "little")
        is_last, kind, size = header & 1, header >> 1 & 3, header >> 3
        assert (is_last, kind) == (0, 0)
        assert size <= LARGEST_BLOCK
        assert len(stream) >= 3 + size
        text, stream = text + stream[3 : 3 + size], stream[3 + size :]
    return text


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1), st.booleans())
def test_each_piece_has_all_of_its_message_and_the_first_the_header(texts: list[bytes], begun: bool) -> None:
    stream = ZstdStream()
    if begun:
        stream.begin()

    pieces = [stream.deflate(text) for text in texts]

    assert pieces[0].startswith(bytes.fromhex("28b52ffd0038"))
    assert [read_blocks(one) for one in (pieces[0][6:], *pieces[1:])] == texts


def test_a_long_message_is_cut_into_blocks_that_a_reader_has_to_take() -> None:
    stream = ZstdStream()
    stream.deflate(b"{}")

    for size in (LARGEST_BLOCK, LARGEST_BLOCK + 1, 3 * LARGEST_BLOCK):
        assert read_blocks(stream.deflate(b"x" * size)) == b"x" * size
