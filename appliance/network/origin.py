"""Where the box is reached, for addresses in events that must be whole: bots fetch files by them.

Asking the system takes a few calls, and every page of history with a file in it asks; so an answer is good for some seconds.
"""

import time
from collections.abc import Callable

from appliance.network import addresses
from appliance.settings import Settings

_SECONDS = 10.0


def remembered(settings: Settings, clock: Callable[[], float] = time.monotonic) -> Callable[[], str]:
    """`addresses.server_url`, asked again when the last answer is `_SECONDS` old."""
    known, until = "", 0.0

    def origin() -> str:
        nonlocal known, until
        if not known or clock() >= until:
            known, until = addresses.server_url(settings), clock() + _SECONDS
        return known

    return origin
