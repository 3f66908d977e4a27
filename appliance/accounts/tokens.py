"""Access tokens: short-lived JWTs that name an account and the sign-in they came from.

They are not looked up anywhere, so a revoked sign-in is refused by `Revoked` until its last token has run out.
"""

import jwt
import msgspec

from appliance.errors import NotSignedIn
from appliance.ids import AccountId, Millis, SessionId

ACCESS_SECONDS = 15 * 60
_ALGORITHM = "HS256"


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
    try:
        claims = jwt.decode(text, secret, algorithms=[_ALGORITHM], options={"require": ["sub", "sid", "exp"]})
        return AccessToken(AccountId(int(claims["sub"])), SessionId(int(claims["sid"])))
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise NotSignedIn from error
