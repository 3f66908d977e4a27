"""Access tokens: believed only if they are ours and not too old."""

import time

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import tokens
from appliance.accounts.tokens import ACCESS_SECONDS, AccessToken, TokenExpired
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


def test_a_token_that_was_good_runs_out_all_the_same() -> None:
    token = AccessToken(AccountId(1), SessionId(2))
    verifier = tokens.Verifier(SECRET)
    almost_over = tokens.issue(SECRET, token, Millis(now() - (ACCESS_SECONDS - 2) * 1000))

    assert verifier.verify(almost_over) == token
    assert verifier.verify(almost_over) == token
    time.sleep(2.1)
    for _ in range(2):
        with pytest.raises(TokenExpired):
            verifier.verify(almost_over)


def test_a_verifier_believes_nothing_but_what_it_verified() -> None:
    verifier = tokens.Verifier(SECRET)
    for number in range(600):
        token = AccessToken(AccountId(number), SessionId(number))
        text = tokens.issue(SECRET, token, now())
        assert verifier.verify(text) == token

        foreign = tokens.issue(OTHER, token, now())
        signature = foreign.rpartition(".")[2]
        for forged in (foreign, f"{text.rpartition('.')[0]}.{signature}"):
            with pytest.raises(NotSignedIn):
                verifier.verify(forged)
    assert len(verifier._known) == 256


@pytest.mark.parametrize("ahead_seconds", [2 * ACCESS_SECONDS, 3600, 10 * 365 * 24 * 3600])
def test_a_token_of_a_clock_that_was_ahead_is_over_and_not_good_for_years(ahead_seconds: int) -> None:
    token = AccessToken(AccountId(1), SessionId(2))
    from_the_future = tokens.issue(SECRET, token, Millis(now() + ahead_seconds * 1000))
    verifier = tokens.Verifier(SECRET)

    with pytest.raises(TokenExpired):
        tokens.verify(SECRET, from_the_future)
    with pytest.raises(TokenExpired):
        verifier.verify(from_the_future)


def test_a_token_that_a_verifier_knows_is_over_when_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verifier = tokens.Verifier(SECRET)
    text = tokens.issue(SECRET, AccessToken(AccountId(1), SessionId(2)), now())
    verifier.verify(text)
    year_ago = time.time() - 365 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: year_ago)

    with pytest.raises(TokenExpired):
        verifier.verify(text)


def test_a_clock_that_is_set_right_by_a_moment_ends_nothing() -> None:
    token = AccessToken(AccountId(1), SessionId(2))

    assert tokens.verify(SECRET, tokens.issue(SECRET, token, Millis(now() + 20_000))) == token
