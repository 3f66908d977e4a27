"""What signing in needs beside the database, made once for the whole process."""

from collections.abc import Sequence

import msgspec

from appliance.accounts.callers import Callers
from appliance.accounts.fair_queue import Share
from appliance.accounts.known_devices import KnownDevices
from appliance.accounts.passwords import Passwords
from appliance.accounts.throttle import Source, Throttle


class Origin(msgspec.Struct, frozen=True):
    """Where a request comes from: what to count tries by, the device in plain words, and the cookie of a known one."""

    sources: Sequence[Source]
    device: str
    known_device: str = ""

    @property
    def share(self) -> Share:
        """Whom the work of a stranger is done for."""
        return Share(self.sources[0].key, network=self.sources[-1].key)


class Authenticator:
    """Makes access tokens, checks passwords, recognises known devices and limits failed tries."""

    def __init__(
        self, callers: Callers, passwords: Passwords | None = None, throttle: Throttle | None = None
    ) -> None:
        self.callers = callers
        self.passwords = passwords or Passwords()
        self.throttle = throttle or Throttle()
        self.known_devices = KnownDevices(callers.secret_for("known devices"))
