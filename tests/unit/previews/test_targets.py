"""What an address leads to, in one spelling; and those that nobody is asked for."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.previews.targets import LONGEST, Target, redirected, target

SPELLINGS = {
    "https://example.org": "https://example.org/",
    "HTTPS://Example.ORG:443/A?b=C#d": "https://example.org/A?b=C",
    "http://example.org:80/": "http://example.org/",
    "http://example.org:8080/": "http://example.org:8080/",
    "https://example.org./x": "https://example.org/x",
    "https://bücher.example/ä?ö=ü#ß": "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC",
    "https://BÜCHER.example/": "https://xn--bcher-kva.example/",
    "https://b%C3%BCcher.example/": "https://xn--bcher-kva.example/",
    "https://straße.example/": "https://xn--strae-oqa.example/",
    "https://例え.jp/": "https://xn--r8jz45g.jp/",
    "https://my_shop.example.org/": "https://my_shop.example.org/",
    "https://example.org/%7Ea/(b)": "https://example.org/%7Ea/(b)",
    "https://93.184.215.14/": "https://93.184.215.14/",
    "https://[2606:4700:4700:0:0::1111]:443/": "https://[2606:4700:4700::1111]/",
    "https://example.org?x=1": "https://example.org/?x=1",
}
NOWHERE = (
    "", "x", "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "mailto:a@example.org", "https://", "https:///x",
    "https://user@example.org/", "https://user:word@example.org/", "https://example.org@10.0.0.1/", "https://example.org:0/",
    "https://example.org:99999/", "https://example.org:x/", "https://exam ple.org/", "https://example.org/\n",
    "https://example.org\\@evil.example/", "http://router/", "http://localhost/", "http://localhost./", "http://a.localhost/",
    "http://hearth.local/", "http://nas.lan/", "http://x.home.arpa/", "http://x.internal/", "http://fritz.box/",
    "http://sub.fritz.box/", "http://x.onion/", "http://1.0.0.127.in-addr.arpa/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/", "http://①②⑦.⓪.⓪.①x/", "https://[::1/", "https://[fe80::1%25eth0]/",
    "https://-a.example/", "https://a..example/", "https://" + "a" * 64 + ".example/", "https://" + "a." * 130 + "example/",
    "https://example.org/" + "a" * LONGEST, "https://example.org/" + "ä" * 700, "https://exa\u202emple.org/",
)  # fmt: skip


@pytest.mark.parametrize(("address", "spelling"), SPELLINGS.items())
def test_an_address_has_one_spelling(address: str, spelling: str) -> None:
    found = target(address)

    assert found is not None
    assert found.address == spelling
    assert target(spelling) == found


@pytest.mark.parametrize("address", NOWHERE)
def test_nobody_is_asked_for_these(address: str) -> None:
    assert target(address) is None


def test_addresses_in_figures_stay_what_they_are() -> None:
    """Whether one may go there is another question: pinned_network asks it, for names too."""
    for host in ("127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]"):
        assert target(f"http://{host}/") is not None


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b", "https://example.org/b"),
        ("b?c", "https://example.org/a/b?c"),
        ("//other.example/", "https://other.example/"),
        ("https://other.example/ü", "https://other.example/%C3%BC"),
        ("http://other.example/", None),
        ("http://example.org/", None),
        ("https://nas.local/", None),
        ("gopher://example.org/", None),
        ("https://user@example.org/", None),
        ("https://[", None),
    ],
)
def test_a_redirect_is_read_as_the_first_address_was(location: str, leads_to: str | None) -> None:
    found = redirected(Target("https", "example.org", 443, "/a/"), location)

    assert (found.address if found else None) == leads_to


def test_from_http_one_is_sent_on_to_https() -> None:
    found = redirected(Target("http", "example.org", 80, "/"), "https://example.org/")
    assert found == Target("https", "example.org", 443, "/")


PIECES = st.sampled_from(
    [
        "http",
        "https",
        "://",
        ":",
        "/",
        "//",
        "@",
        "example.org",
        "[::1]",
        "127.0.0.1",
        "?",
        "#",
        "%",
        "%00",
        "\\",
        "..",
        "ü",
        "a",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join)))
def test_whatever_is_written_leads_to_one_target_or_nowhere(text: str) -> None:
    found = target(text)
    if found is None:
        return
    address = found.address
    assert target(address) == found
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    parts = urlsplit(address)
    assert (parts.scheme, parts.hostname, parts.username) == (found.scheme, found.host, None)
    redirected(found, text)
