"""What a browser is told to do with a file, whatever it is called."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.disposition import content_disposition, type_header
from appliance.text.file_names import cleaned

HEADER = re.compile(
    r"""(inline|attachment); filename="([ !#$&-\[\]-~]*)"(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+))?"""
)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("cat.png", 'filename="cat.png"'),
        ("Käse.png", "filename=\"K_se.png\"; filename*=UTF-8''K%C3%A4se.png"),
        ("Ka\u0308se.png", "filename=\"K_se.png\"; filename*=UTF-8''K%C3%A4se.png"),
        ('a"b\\c.png', 'filename="a_b_c.png"'),
        ("100%25.png", "filename=\"100_25.png\"; filename*=UTF-8''100%2525.png"),
        ("../../etc/passwd", 'filename="_.._etc_passwd"'),
        ("photo\u202egnp.exe", 'filename="photognp.exe"'),
        ("a\r\nSet-Cookie: x", 'filename="aSet-Cookie_ x"'),
        (".bashrc", 'filename="bashrc"'),
        ("", 'filename="file"'),
        ("\u200d.", 'filename="file"'),
    ],
)
def test_a_name_is_said_so_that_everybody_understands_it(name: str, header: str) -> None:
    assert content_disposition(name, "image/png") == f"inline; {header}"


@pytest.mark.parametrize(
    "content_type",
    ["image/svg+xml", "text/html", "application/pdf", "application/xml", "text/html; image/png", ""],
)
def test_what_could_do_something_on_our_origin_is_saved_and_its_type_not_named(content_type: str) -> None:
    assert content_disposition("x", content_type).startswith("attachment; ")
    assert type_header(content_type) == "application/octet-stream"


def test_text_is_shown_as_text() -> None:
    assert type_header("Text/Plain") == "text/plain; charset=utf-8"


@given(st.text(max_size=200))
def test_every_name_makes_one_header_that_says_the_name(name: str) -> None:
    match = HEADER.fullmatch(content_disposition(name, "image/png"))

    assert match is not None
    said = unquote(match[3]) if match[3] else match[2]
    assert said == cleaned(name)
    assert 0 < len(said.encode()) <= 150
    assert not set(said) & set("/\\\r\n\0\u202e")
