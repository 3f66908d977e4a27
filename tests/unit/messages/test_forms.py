"""The form that says something with files, from friendly libraries and from anybody, in pieces of any size.

Many more made-up ones are read in `tests/fuzz/http/test_forms.py`.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.errors import ApplianceError, Invalid
from appliance.http.body_limits import JSON_BYTES
from appliance.http.errors import TooLarge
from appliance.messages import forms
from appliance.messages.forms import FileBegins, FileEnds, FormReader

BOUNDARY = "space"
type Part = tuple[str, bytes]


def form(*parts: Part) -> bytes:
    """A form of parts, each a disposition and a body."""
    pieces = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode(errors="replace")
        + body
        + b"\r\n"
        for head, body in parts
    ]
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def read(body: bytes, size: int = 7) -> tuple[bytes, dict[int, tuple[str, bytes]]]:
    """The JSON of a form and its files by their numbers, fed in pieces of `size` bytes."""
    reader = FormReader(BOUNDARY)
    files: dict[int, tuple[str, bytes]] = {}
    number = -1
    for at in range(0, len(body), size):
        for found in reader.feed(body[at : at + size]):
            if isinstance(found, FileBegins):
                number = found.number
                files[number] = (found.filename, b"")
            elif isinstance(found, FileEnds):
                number = -1
            else:
                files[number] = (files[number][0], files[number][1] + found)
    reader.end()
    return reader.payload, files


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_the_json_and_the_files_are_told_apart_in_any_order(*, is_first: bool, size: int) -> None:
    payload = ('name="payload_json"', b'{"content": "Soup?"}')
    files = (
        ('name="files[1]"; filename="b.txt"', b"\r\n--spac\r\n"),
        ('name="files[0]"; filename="\xc3\xa4.png"', b""),
    )
    parts = (payload, *files) if is_first else (*files, payload)

    said, found = read(form(*parts), size)

    assert said == b'{"content": "Soup?"}'
    assert found[1] == ("b.txt", b"\r\n--spac\r\n")
    assert found[0][1] == b""


def test_fields_that_are_no_files_are_passed_over_and_other_names_for_files_are_not() -> None:
    said, found = read(form(('name="content"', b"old"), ('name="file"; filename="a"', b"1")))

    assert said == b""
    assert list(found.values()) == [("a", b"1")]


def test_more_than_ten_files_and_a_number_twice_are_refused() -> None:
    for numbers in (range(11), (1, 1)):
        parts = [(f'name="files[{number}]"; filename="x"', b"") for number in numbers]
        with pytest.raises(Invalid):
            read(form(*parts))


def test_a_payload_larger_than_any_json_is_refused() -> None:
    with pytest.raises(TooLarge):
        read(form(('name="payload_json"', b" " * (JSON_BYTES + 1))), 4096)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("application/json", None),
        ("", None),
        ("multipart/form-data; boundary=x", "x"),
        ('multipart/form-data; boundary="x y"', "x y"),
        ("multipart/form-data", ""),
    ],
)
def test_a_form_says_its_boundary(kind: str, found: str | None) -> None:
    assert forms.boundary(kind) == found


HEADS = st.sampled_from(
    ['name="payload_json"', 'name="files[0]"; filename="x"', 'name="files[9]"', "name=", ";;", 'name="\xff"']
) | st.text(max_size=40)
BODIES = st.binary(max_size=60) | st.sampled_from([b"--space", b"\r\n--space\r\n", b"\r\n--space--", b"{}"])


@given(st.lists(st.tuples(HEADS, BODIES), max_size=5), st.binary(max_size=40), st.integers(1, 300))
@example([('name="files[0]"', b"x")], b"", 1)
def test_no_form_can_do_worse_than_be_refused(parts: list[Part], rest: bytes, size: int) -> None:
    for body in (form(*parts) + rest, form(*parts)[: len(rest) * 3], rest + form(*parts)):
        try:
            said, files = read(body, size)
        except ApplianceError:
            continue
        # Whatever came through came from the form.
        assert len(said) + sum(len(content) for _, content in files.values()) <= len(body)


@given(st.text(max_size=60))
def test_no_boundary_can_do_worse_than_be_refused(text: str) -> None:
    found = forms.boundary(f"multipart/form-data; boundary={text}")
    assert found is not None
    try:
        reader = FormReader(found)
        list(reader.feed(form(('name="payload_json"', b"{}"))))
        reader.end()
    except ApplianceError:
        return
