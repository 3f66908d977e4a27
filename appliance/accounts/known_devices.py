"""Devices that have signed in as somebody before, known by a cookie that only we can have made (OWASP, “Device Cookies”).

Wrong tries of others do not hold such a device up: it has a count of its own. Nothing is stored here. The cookie is a random
number and a seal for each account; it proves no identity, so whoever copies one gains a few tries and nothing else.
"""

import base64
import hashlib
import hmac
import re
import secrets

from appliance.ids import AccountId

KEPT_SECONDS = 365 * 24 * 3600
# A family's tablet; the account that signed in longest ago is forgotten.
_MOST_ACCOUNTS = 8
_NUMBER_BYTES, _SEAL_BYTES = 16, 16
_COOKIE = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.[A-Za-z0-9_-]{{22}}){{0,{_MOST_ACCOUNTS}}}")


class KnownDevices:
    """Makes and reads the cookies; `secret` is for nothing else."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def recognise(self, cookie: str, account_id: AccountId) -> str | None:
        """The device's number if this account has signed in on it before."""
        number, seals = _read(cookie)
        seal = self._seal(number, account_id)
        found = [hmac.compare_digest(seal, one) for one in seals]
        return number if any(found) else None

    def remember(self, cookie: str, account_id: AccountId) -> str:
        """The cookie for a device on which this account has just signed in, as well as those before it."""
        number, seals = _read(cookie)
        number = number or secrets.token_urlsafe(_NUMBER_BYTES)
        seal = self._seal(number, account_id)
        return ".".join([number, seal, *[one for one in seals if one != seal][: _MOST_ACCOUNTS - 1]])

    def _seal(self, number: str, account_id: AccountId) -> str:
        digest = hmac.digest(self._secret, f"{number}:{account_id}".encode(), hashlib.sha256)[:_SEAL_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _read(cookie: str) -> tuple[str, list[str]]:
    """A cookie's number and seals; of what cannot be one, neither."""
    if not _COOKIE.fullmatch(cookie):
        return "", []
    number, *seals = cookie.split(".")
    return number, seals
