"""The body that says something, from friendly libraries and from anybody."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid
from appliance.messages import forms
from appliance.messages.forms import FilesComeLater

BOUNDARY = "house"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def form(*parts: tuple[str, str]) -> bytes:
    """A form of parts, each a disposition and a body."""
    pieces = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n" for head, body in parts
    ]
    return ("".join(pieces) + f"--{BOUNDARY}--\r\n").encode()


def test_json_is_read_and_unknown_keys_are_passed_over() -> None:
    said = forms.parse(
        "application/json", b'{"content": "Soup?", "components": [], "tts": false, "later": [1]}'
    )

    assert said.content == "Soup?"


def test_a_form_carries_the_json_in_one_part() -> None:
    said = forms.parse(FORM, form(('name="payload_json"', json.dumps({"content": "Soup?", "nonce": 7}))))

    assert (said.content, said.nonce) == ("Soup?", 7)


@pytest.mark.parametrize(
    "head", ['name="files[0]"; filename="a.png"', 'name="x"; filename=""', 'name="files[0]"']
)
def test_a_file_is_refused_in_words(head: str) -> None:
    with pytest.raises(FilesComeLater, match="cannot take files yet"):
        forms.parse(FORM, form(('name="payload_json"', "{}"), (head, "…")))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"content": 5}'),
        ("application/json", b'{"content": "\xff"}'),
        ("application/json", b'{"content": "\\ud800"}'),
        ("application/json", b"[]"),
        ("application/json", json.dumps({"nonce": "n" * 65}).encode()),
        ("multipart/form-data", b"--x--"),
        (FORM, b"--house\r\n"),
        (FORM, b""),
    ],
)
def test_what_cannot_be_read_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(Invalid):
        forms.parse(kind, body)


@given(
    st.sampled_from(["application/json", FORM, "multipart/form-data; boundary=é", ""]) | st.text(),
    st.binary(),
)
def test_no_bytes_can_do_worse_than_be_refused(kind: str, body: bytes) -> None:
    try:
        forms.parse(kind, body)
    except Invalid:
        return


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=4))
def test_no_form_can_do_worse_than_be_refused(parts: list[tuple[str, str]]) -> None:
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n".encode(errors="replace")
        for head, text in parts
    )
    try:
        forms.parse(FORM, body + f"--{BOUNDARY}--\r\n".encode())
    except Invalid:
        return
