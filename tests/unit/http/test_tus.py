"""What is read of the headers of an upload, whatever they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import ApplianceError
from appliance.http import tus
from appliance.http.request_parser import Request

GOOD = {
    b"tus-resumable": b"1.0.0",
    b"content-type": b"application/offset+octet-stream",
    b"upload-offset": b"7",
    b"content-length": b"3",
}
ID = b"0123456789abcdefXYZ"


class Upload:
    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length, self.expires_at = offset, length, 2e9

    def write(self, piece: memoryview) -> None: ...

    def sync(self) -> None: ...

    async def note(self) -> None: ...

    async def finish(self) -> None: ...

    def close(self) -> None: ...


def request(
    method: str = "PATCH", target: bytes = b"/files/uploads/" + ID, **changed: bytes | None
) -> Request:
    headers = {**GOOD, **{name.replace("_", "-").encode(): value for name, value in changed.items()}}
    kept = [(name, value) for name, value in headers.items() if value is not None]
    return Request(method, target, "1.1", kept, b"", True)


def test_a_piece_goes_on_where_the_upload_ends() -> None:
    assert tus.upload_id(request()) == ID.decode()
    piece = tus.piece(request(), 0)

    assert piece == (7, 3)
    tus.require_fit(piece, Upload(7, 10))


@pytest.mark.parametrize(("upload", "status"), [(Upload(6, 10), 409), (Upload(7, 9), 413)])
def test_what_does_not_fit_is_refused(upload: Upload, status: int) -> None:
    with pytest.raises(ApplianceError) as refused:
        tus.require_fit(tus.Piece(7, 3), upload)

    assert refused.value.status == status


@given(
    st.sampled_from(["HEAD", "PATCH", "DELETE", "POST", "GET"]),
    st.binary(max_size=30),
    st.dictionaries(
        st.sampled_from(
            ["tus_resumable", "content_type", "upload_offset", "content_length", "transfer_encoding"]
        ),
        st.none() | st.binary(max_size=25) | st.from_regex(rb"[0-9+-]{1,30}", fullmatch=True),
    ),
)
def test_whatever_is_sent_is_read_or_refused_in_words(
    method: str, name: bytes, changed: dict[str, bytes | None]
) -> None:
    asked = request(method, b"/files/uploads/" + name, **changed)
    try:
        upload_id = tus.upload_id(asked)
        piece = tus.piece(asked, 0)
    except ApplianceError as error:
        status = error.status
    else:
        status = 0
        assert upload_id.isascii()
        assert "/" not in upload_id
        assert 0 <= piece.offset < 10**18
        assert 0 <= piece.length < 10**18

    assert not status or 400 <= status < 500


@given(st.integers(0, 1 << 60), st.floats(0, 1e18))
def test_every_state_can_be_said(offset: int, expires_at: float) -> None:
    upload = Upload(offset, offset)
    upload.expires_at = expires_at

    head = tus.state(request("HEAD"), upload)

    assert b"\r\nupload-offset: %d\r\n" % offset in head
    assert head.endswith(b"\r\n\r\n")
