"""Forms with files: however the body is cut into pieces, what is read is the same, and it is what was written."""

import itertools

from hypothesis import strategies as st

from appliance.errors import ApplianceError
from appliance.http.body_limits import JSON_BYTES
from appliance.messages import forms
from appliance.messages.forms import FileBegins, FileEnds, FormReader
from tests.fuzz.inputs import inputs

BOUNDARY = "space"
type File = tuple[int, str, str, bytes]

# Much of what a body may hold looks like its boundary.
TRICKS = st.sampled_from(
    [b"--space", b"\r\n--space", b"\r\n--spac", b"\r\n--space--", b"--space\r\n", b"\r\n", b"\r", b"\n", b"-", b"{}", b"\0"]
)  # fmt: skip
BODIES = (
    st.lists(TRICKS | st.binary(max_size=12), max_size=5)
    .map(b"".join)
    .filter(lambda body: b"\r\n--space" not in body)
)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), max_size=12)
TYPES = st.sampled_from(["", "image/gif", "text/plain"])
CUTS = st.lists(st.integers(0, 600), max_size=12)


def well_formed(payload: bytes, files: dict[int, tuple[str, str, bytes]], at: int) -> bytes:
    """A form as a library writes it, with its JSON before the file `at`."""
    parts = [
        f'Content-Disposition: form-data; name="files[{number}]"; filename="{name}"\r\n'.encode()
        + (f"Content-Type: {kind}\r\n".encode() if kind else b"")
        + b"\r\n"
        + body
        for number, (name, kind, body) in files.items()
    ]
    parts.insert(
        at % (len(parts) + 1), b'Content-Disposition: form-data; name="payload_json"\r\n\r\n' + payload
    )
    return b"".join(b"--space\r\n" + part + b"\r\n" for part in parts) + b"--space--\r\n"


def read(body: bytes, cuts: list[int], boundary: str = BOUNDARY) -> tuple[bytes, list[File]] | str:
    """The JSON and the files, in their order; or why it is refused."""
    at = sorted({0, len(body), *(one % (len(body) + 1) for one in cuts)})
    payload, files, is_open = b"", [], False
    try:
        reader = FormReader(boundary)
        for begin, end in itertools.pairwise(at):
            for found in reader.feed(body[begin:end]):
                if isinstance(found, FileBegins):
                    assert not is_open
                    is_open = True
                    files.append((found.number, found.filename, found.content_type, b""))
                elif isinstance(found, FileEnds):
                    assert is_open
                    is_open = False
                else:
                    assert is_open
                    assert found
                    files[-1] = (*files[-1][:3], files[-1][3] + found)
        reader.end()
        payload = reader.payload
    except ApplianceError as error:
        return f"{error.status} {error.key}"
    assert not is_open
    return payload, files


@inputs(
    payload=BODIES,
    files=st.dictionaries(st.integers(0, 99), st.tuples(NAMES, TYPES, BODIES), max_size=4),
    at=st.integers(0, 4),
    cuts=CUTS,
)
def test_what_is_read_is_what_was_written(
    payload: bytes, files: dict[int, tuple[str, str, bytes]], at: int, cuts: list[int]
) -> None:
    found = read(well_formed(payload, files, at), cuts)

    assert found == (payload, [(number, *file) for number, file in files.items()])


DAMAGE = st.sampled_from(
    [b"", b"--space\r\n", b"--space--", b"\r\n\r\n", b"\r\n", b"\n", b'"', b";", b":", b"name=", b"\xff", b"\0", b"files[1]", b"%22"]
) | st.binary(max_size=3)  # fmt: skip


@inputs(
    files=st.dictionaries(st.integers(0, 12), st.tuples(NAMES, TYPES, BODIES), max_size=3),
    damage=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 20), DAMAGE), max_size=4),
    cuts=CUTS,
)
def test_a_damaged_form_is_read_the_same_in_whatever_pieces_it_comes(
    files: dict[int, tuple[str, str, bytes]], damage: list[tuple[int, int, bytes]], cuts: list[int]
) -> None:
    body = well_formed(b"{}", files, 0)
    for at, length, piece in damage:
        begin = at % (len(body) + 1)
        body = body[:begin] + piece + body[begin + length :]

    whole = read(body, [])

    assert read(body, cuts) == whole
    if isinstance(whole, str):
        assert whole.startswith("4")
    else:
        said, found = whole
        # Whatever came through came from the form, and in one piece.
        assert len(said) + sum(len(content) for *_, content in found) <= len(body)
        assert all(content in body for *_, content in found)
        assert len(found) <= 10
        assert len({number for number, *_ in found}) == len(found)
        assert len(said) <= JSON_BYTES


@inputs(text=st.text(max_size=30) | st.text("abc0_-'()+,./:=? \"\\;", max_size=80), cuts=CUTS)
def test_a_boundary_is_taken_as_it_is_or_refused(text: str, cuts: list[int]) -> None:
    found = forms.boundary(f"multipart/form-data; boundary={text}")
    assert found is not None
    body = f'--{found}\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{{}}\r\n--{found}--\r\n'

    answer = read(body.encode(errors="replace"), cuts, found)

    # Some of what may stand in a header may not stand in a body.
    assert isinstance(answer, str) or answer == (b"{}", [])
    assert isinstance(answer, tuple) or not text.isalnum() or not text.isascii()
