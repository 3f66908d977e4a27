"""The front door: what signing in needs beside the database, made once for the whole process."""

import msgspec

from appliance.accounts.callers import Callers
from appliance.accounts.passwords import Passwords
from appliance.accounts.throttle import Throttle


class Origin(msgspec.Struct, frozen=True):
    """Where a request comes from: the address to count tries by, and the device in plain words."""

    network: str
    device: str


class Door:
    """Makes access tokens, hashes passwords and loses patience."""

    def __init__(
        self, callers: Callers, passwords: Passwords | None = None, throttle: Throttle | None = None
    ) -> None:
        self.callers = callers
        self.passwords = passwords or Passwords()
        self.throttle = throttle or Throttle()
