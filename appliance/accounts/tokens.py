"""Access tokens: short-lived JWTs that name an account and the sign-in they came from.

They are not looked up anywhere, so a revoked sign-in is refused by `Callers` until its last token has run out. What a
newcomer would get wrong: a box without a battery for its clock may have been years ahead when it made one. A token is good
from its own moment on and no longer than `ACCESS_SECONDS`, so one from the future is over: it is renewed, as any.
"""

import time
from typing import Any

import jwt
import msgspec
from jwt.types import Options

from appliance.errors import NotSignedIn
from appliance.ids import AccountId, Millis, SessionId

ACCESS_SECONDS = 15 * 60
_ALGORITHM = "HS256"
# What two looks at a clock that is being set right may differ by.
_LEEWAY_SECONDS = 60
# A household has some dozens of devices; beyond that the oldest token is simply verified again.
_MOST_KNOWN = 256


class AccessToken(msgspec.Struct, frozen=True):
    """What a valid token says."""

    account_id: AccountId
    session_id: SessionId


class TokenExpired(NotSignedIn):
    key = "token_expired"
    message = "Your sign-in has run out. Sign in again."


def issue(secret: bytes, token: AccessToken, at: Millis) -> str:
    """A token that is good for `ACCESS_SECONDS` from `at`."""
    claims = {
        "sub": str(token.account_id),
        "sid": str(token.session_id),
        "iat": at // 1000,
        "exp": at // 1000 + ACCESS_SECONDS,
    }
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def verify(secret: bytes, text: str) -> AccessToken:
    """What the token says, or `NotSignedIn`: nothing in an unverified token is believed."""
    return _verify(secret, text)[0]


class Verifier:
    """`verify` for whoever comes again and again: a signature does not change, so it is checked once."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, tuple[AccessToken, float]] = {}

    def verify(self, text: str) -> AccessToken:
        token, ends = self._known.get(text) or self._learn(text)
        if 0 < ends - time.time() <= ACCESS_SECONDS + _LEEWAY_SECONDS:
            return token
        del self._known[text]
        raise TokenExpired

    def _learn(self, text: str) -> tuple[AccessToken, float]:
        verified = _verify(self._secret, text)
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[text] = verified
        return verified


# When it was made is looked at with when it ends: the library would call one from the future made up.
_OPTIONS: Options = {"require": ["sub", "sid", "exp"], "verify_iat": False}


def _verify(secret: bytes, text: str) -> tuple[AccessToken, float]:
    """What the token says, and when it runs out in seconds since 1970."""
    try:
        claims: dict[str, Any] = jwt.decode(text, secret, algorithms=[_ALGORITHM], options=_OPTIONS)
        token = AccessToken(AccountId(int(claims["sub"])), SessionId(int(claims["sid"])))
        ends = float(claims["exp"])
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired from error
    except (jwt.InvalidTokenError, ValueError, OverflowError) as error:
        raise NotSignedIn from error
    if ends - time.time() > ACCESS_SECONDS + _LEEWAY_SECONDS:
        raise TokenExpired
    return token, ends
