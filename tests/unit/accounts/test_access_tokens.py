"""Access tokens: believed only if they are ours and not too old."""

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import tokens
from appliance.accounts.tokens import AccessToken, TokenExpired
from appliance.errors import NotSignedIn
from appliance.ids import MAX_ID, AccountId, Millis, SessionId, now

SECRET = b"a secret of at least thirty-two bytes"
OTHER = b"another secret of thirty-two bytes!!"


@given(st.integers(1, MAX_ID), st.integers(1, MAX_ID))
def test_a_token_says_who_and_by_which_sign_in(account: int, session: int) -> None:
    token = AccessToken(AccountId(account), SessionId(session))

    assert tokens.verify(SECRET, tokens.issue(SECRET, token, now())) == token


def test_a_token_runs_out_after_a_quarter_of_an_hour() -> None:
    token = AccessToken(AccountId(1), SessionId(2))

    assert tokens.verify(SECRET, tokens.issue(SECRET, token, Millis(now() - 14 * 60_000))) == token
    with pytest.raises(TokenExpired):
        tokens.verify(SECRET, tokens.issue(SECRET, token, Millis(now() - 15 * 60_000 - 1000)))


@pytest.mark.parametrize(
    "text",
    [
        tokens.issue(OTHER, AccessToken(AccountId(1), SessionId(2)), now()),
        jwt.encode({"sub": "1", "sid": "2", "exp": 2**40}, "", algorithm="none"),
        jwt.encode({"sub": "1", "exp": 2**40}, SECRET, algorithm="HS256"),
        jwt.encode({"sub": "ada", "sid": "2", "exp": 2**40}, SECRET, algorithm="HS256"),
        jwt.encode({"sub": "1", "sid": "2", "exp": "never"}, SECRET, algorithm="HS256"),
    ],
)
def test_a_token_that_is_not_ours_is_not_believed(text: str) -> None:
    with pytest.raises(NotSignedIn):
        tokens.verify(SECRET, text)


@given(st.text() | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}", fullmatch=True))
def test_any_other_text_is_refused_and_nothing_breaks(text: str) -> None:
    with pytest.raises(NotSignedIn):
        tokens.verify(SECRET, text)
