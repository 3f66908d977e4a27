"""The text in the cookie, whoever wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts.sessions import RefreshToken
from appliance.ids import MAX_ID, SessionId

PART = st.text("ABCxyz019_-", min_size=43, max_size=43)


@given(st.integers(0, MAX_ID), PART, PART)
def test_a_token_survives_the_cookie(session_id: int, family: str, secret: str) -> None:
    token = RefreshToken(SessionId(session_id), family[:22], secret)

    assert RefreshToken.parse(token.text()) == token


@given(st.text() | st.from_regex(r"[0-9]{1,25}\.[\w-]{20,24}\.[\w-]{41,45}", fullmatch=True))
def test_any_text_is_a_whole_token_or_none(text: str) -> None:
    token = RefreshToken.parse(text)

    if token is not None:
        assert 0 <= token.session_id <= MAX_ID
        assert (len(token.family), len(token.secret)) == (22, 43)
        assert text.endswith(f".{token.family}.{token.secret}")
        assert RefreshToken.parse(token.text()) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        f"{MAX_ID + 1}.{'a' * 22}.{'a' * 43}",
        f"-1.{'a' * 22}.{'a' * 43}",
        f"1.{'a' * 22}.{'a' * 43}\n",
        f"\u0661.{'a' * 22}.{'a' * 43}",
        f"1.{'é' * 22}.{'a' * 43}",
    ],
)
def test_what_we_never_gave_out_is_no_token(text: str) -> None:
    assert RefreshToken.parse(text) is None
