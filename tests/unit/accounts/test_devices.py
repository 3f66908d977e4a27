"""Browsers in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import devices

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WORDS = {word for _, word in (*devices._BROWSERS, *devices._SYSTEMS)} | {"on", "Unknown", "device"}


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (
            f"{MOZILLA} (Linux; Android 10; K) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (
            f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.5 Safari/605.1.15",
            "Safari on Mac",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} CriOS/126 Safari/604.1",
            "Chrome on iPhone",
        ),
        (f"{MOZILLA} (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Safari/604.1", "Safari on iPad"),
        (
            f"{MOZILLA} (Linux; Android 14) {WEBKIT} SamsungBrowser/25.0 Chrome/121 Safari",
            "Samsung Internet on Android",
        ),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0)", "ChromeOS"),
        ("Firefox/1", "Firefox"),
        ("python-httpx/0.27", "Unknown device"),
        ("", "Unknown device"),
        ("x" * 5000 + "Firefox/1", "Unknown device"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert devices.describe(user_agent) == words


@given(
    st.text()
    | st.lists(st.sampled_from([sign for sign, _ in (*devices._BROWSERS, *devices._SYSTEMS)])).map("".join)
)
def test_nothing_of_the_header_itself_is_kept(user_agent: str) -> None:
    words = devices.describe(user_agent)

    assert 0 < len(words) <= 40
    assert set(words.split()) <= {part for word in WORDS for part in word.split()}
