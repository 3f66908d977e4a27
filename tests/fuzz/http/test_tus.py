"""The headers of uploads, from the bytes on the wire on, against a second reading of tus 1.0 by hand."""

import base64

from hypothesis import strategies as st

from appliance.errors import ApplianceError, Invalid
from appliance.files import uploads
from appliance.http import tus
from appliance.http.request_parser import Passing, Refused, Request, RequestParser, Stage
from tests.fuzz.inputs import inputs

ID = "0123456789abcdefXYZ"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + DIGITS + "+/"

NUMBERS = (
    st.integers(0, 40).map(str) | st.integers(0, 10**20).map(str) | st.text(DIGITS + "+-. x_", max_size=6)
)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "Tus-Resumable": st.sampled_from(["1.0.0", "1.0.0", "1.0.0", "1.0", "0.2.2", "", "1.0.0,1.0.0"]),
    "Content-Type": st.sampled_from(["application/offset+octet-stream"] * 3 + ["application/octet-stream", "", "text/plain"]),
    "Upload-Offset": NUMBERS,
    "Content-Length": NUMBERS,
    "Transfer-Encoding": st.sampled_from(["chunked", "identity", "gzip, chunked"]),
    "Expect": st.just("100-continue"),
}  # fmt: skip
ALWAYS = ("Tus-Resumable", "Content-Type", "Upload-Offset", "Content-Length")
NAMES = st.sampled_from([ID] * 4 + ["short", ID + "/x", ID + "%2f", ID + "?x=1", "..", ID * 9, ""])


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str]]]:
    """The method, what follows `/files/uploads/`, and header lines: each once, mostly."""
    method = draw(st.sampled_from(["PATCH", "PATCH", "PATCH", "HEAD", "DELETE", "POST", "OPTIONS"]))
    lines = [(name, draw(VALUES[name])) for name in ALWAYS if draw(st.integers(0, 9))]
    twice = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=1) | st.just([]))
    lines += [(name, draw(VALUES[name])) for name in twice]
    cases = st.sampled_from(["", "lower", "upper"])
    cased = [(_cased(name, draw(cases)), value) for name, value in lines]
    return method, draw(NAMES), cased


def _cased(name: str, case: str) -> str:
    return name.lower() if case == "lower" else name.upper() if case == "upper" else name


def parsed(head: bytes, cut: int) -> Request | None:
    """As the connection reads it; None if it is refused before anybody asks what it is."""
    parser = RequestParser(
        b"/ws", lambda _method, _target: 1 << 60, lambda _head: Passing(1 << 60, is_raw=True)
    )
    try:
        for piece in (head[:cut], head[cut:]):
            if piece and parser.stage in {Stage.BETWEEN, Stage.HEAD}:
                parser.feed(piece)
    except Refused:
        return None
    return parser.head


def is_number(values: list[str]) -> bool:
    return len(values) == 1 and 1 <= len(values[0]) <= 18 and all(one in DIGITS for one in values[0])


def expected(method: str, name: str, lines: list[tuple[str, str]]) -> tuple[int, int] | int:
    """Where the piece begins and how long it is, or the status of the refusal."""
    fields: dict[str, list[str]] = {}
    for key, value in lines:
        fields.setdefault(key.lower(), []).append(value)
    is_name = 16 <= len(name) <= 128 and all(one in LETTERS + "_-" and one not in "+/" for one in name)
    has_length = is_number(fields.get("content-length", [])) and "transfer-encoding" not in fields
    # The first that is wrong is what the sender is told.
    for is_right, status in (
        (method in {"PATCH", "HEAD", "DELETE", "OPTIONS"}, 405),
        (fields.get("tus-resumable") == ["1.0.0"], 412),
        (is_name, 404),
        (fields.get("content-type") == ["application/offset+octet-stream"], 415),
        (is_number(fields.get("upload-offset", [])), 400),
        (has_length, 411),
    ):
        if not is_right:
            return status
    return int(fields["upload-offset"][0]), int(fields["content-length"][0])


@inputs(request=requests(), cut=st.integers(0, 200))
def test_a_request_is_read_as_tus_says_or_refused(
    request: tuple[str, str, list[tuple[str, str]]], cut: int
) -> None:
    method, name, lines = request
    text = f"{method} /files/uploads/{name} HTTP/1.1\r\nHost: box\r\n"
    head = parsed((text + "".join(f"{key}: {value}\r\n" for key, value in lines) + "\r\n").encode(), cut)
    if head is None:
        # The parser has its own opinion of lengths and encodings, and nobody is asked after that.
        assert any(key.lower() in {"content-length", "transfer-encoding"} for key, _ in lines)
        return

    try:
        upload_id = tus.upload_id(head)
        found: tuple[int, int] | int = tus.piece(head, 0)
        assert upload_id == name
    except ApplianceError as error:
        found = error.status

    assert found == expected(method, name, [(key, value.strip(" \t")) for key, value in lines])


@inputs(
    offset=st.integers(0, 30), size=st.integers(0, 30), at=st.integers(0, 30), length=st.integers(0, 60)
)  # fmt: skip
def test_what_is_taken_lies_within_the_file_and_goes_on_where_it_ends(
    offset: int, size: int, at: int, length: int
) -> None:
    file = list(range(min(offset, length)))
    status = 0
    try:
        tus.require_fit(tus.Piece(at, size), _Upload(len(file), length))
    except ApplianceError as error:
        status = error.status

    fits = len([*file, *range(at, at + size)]) <= length
    assert status == (409 if at != len(file) else 0 if fits else 413)


class _Upload:
    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length, self.expires_at = offset, length, 2e9

    def write(self, piece: memoryview) -> None: ...

    def sync(self) -> None: ...

    async def note(self) -> None: ...

    async def finish(self) -> None: ...

    def close(self) -> None: ...


def decoded(text: str) -> bytes | None:
    """Base64 by hand (RFC 4648, 4); None if it is none."""
    bare = text.rstrip("=")
    padding = len(text) - len(bare)
    if len(text) % 4 or padding > 2 or any(one not in LETTERS for one in bare):
        return None
    bits = "".join(f"{LETTERS.index(one):06b}" for one in bare)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


def metadata(header: str) -> dict[str, str] | None:
    """The pairs of `Upload-Metadata`, the last of each key; None if it is none."""
    values: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else []:
        key, _, value = pair.strip().partition(" ")
        content = decoded(value.strip())
        if not key or content is None or any(ord(one) > 127 for one in key):
            return None
        try:
            values[key] = content.decode()
        except UnicodeDecodeError:
            return None
    return values


PAIRS = st.dictionaries(
    st.sampled_from(["filename", "filetype", "is_last", "x"]) | st.text("abcXYZ-_0", min_size=1, max_size=6),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    max_size=4,
)
DAMAGE = st.sampled_from(["", ",", " ", "=", "==", "é", "!", "A", "filename", "\t", "-", "_"]) | st.text(
    max_size=2
)


@inputs(pairs=PAIRS, damage=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3), DAMAGE), max_size=3))
def test_metadata_is_what_was_written_or_what_damage_made_of_it(
    pairs: dict[str, str], damage: list[tuple[int, int, str]]
) -> None:
    header = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    assert uploads.metadata(header) == pairs
    for at, length, piece in damage:
        begin = at % (len(header) + 1)
        header = header[:begin] + piece + header[begin + length :]

    try:
        found: dict[str, str] | None = uploads.metadata(header)
    except Invalid:
        found = None

    assert found == metadata(header), header


@inputs(header=NUMBERS | st.text(max_size=20) | st.sampled_from(["٣", "²", " 1", "1_0", "0x1", "1e3", "-0"]))
def test_a_length_is_digits_or_refused(header: str) -> None:
    try:
        found: int | None = uploads.length(header)
    except Invalid:
        found = None

    assert found == (int(header) if is_number([header]) else None)
