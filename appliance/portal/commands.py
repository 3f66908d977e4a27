"""What the state machine asks of `Effects`: each is answered by one of the machine's methods, or by time."""

import msgspec

from appliance.portal.model import Method, NetworkChoice


class Command(msgspec.Struct, frozen=True):
    """Base of them all."""


class Scan(Command, frozen=True):
    """Look round; the answer is `scanned`."""


class OpenAp(Command, frozen=True):
    """Open the setup network; the answer is `opened` or `ap_lost`."""


class CloseAp(Command, frozen=True):
    """Close the setup network; no answer."""


class Join(Command, frozen=True):
    """Try this network this way; the answer is `joined` or `failed`."""

    choice: NetworkChoice
    method: Method


class Rejoin(Command, frozen=True):
    """Go back to the network that was joined before; the answer is `joined` or `failed`."""


class Keep(Command, frozen=True):
    """Remember the network that was joined beyond the next start."""


class Forget(Command, frozen=True):
    """Give up what is being tried, and delete its profile."""


class SetCountry(Command, frozen=True):
    """Let the radio use what this country allows."""

    country: str


class Close(Command, frozen=True):
    """Setup is over: remember that."""


class Reopen(Command, frozen=True):
    """Setup is not over after all: remember that, or a box that loses its power now would wait for nobody."""


class Reset(Command, frozen=True):
    """Record the request to start over; what runs at the next start does it."""

    wipe: bool
