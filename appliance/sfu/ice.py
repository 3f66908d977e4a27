"""ICE-lite (RFC 8445): we never ask, we answer the browser's checks and send where it nominates.

A check that carries our username and a right MESSAGE-INTEGRITY is the only way for an address to become a peer's.
"""

import secrets
import string
import struct
from typing import NamedTuple

from aioice import stun

# RFC 7675: consent is gone after 30 s without a check.
CONSENT_SECONDS = 30.0
# Firefox and aioice check every five seconds, give or take one, and do not nominate again: a way on which no check came for
# longer is dead, and the one on which a check did come is the new one.
STALE_SECONDS = 6.5
_LETTERS = string.ascii_letters + string.digits


# Browsers send nine attributes or ten; the library reads whatever number there is.
_MAX_ATTRIBUTES = 32
_ATTRIBUTE = struct.Struct("!HH")
_BINDING_REQUEST = b"\x00\x01"
_COOKIE = b"\x21\x12\xa4\x42"
_STUN_HEADER_BYTES = 20
_USERNAME = 0x0006


class BadStun(ValueError):
    """These bytes are not a Binding request to us."""


class Credentials(NamedTuple):
    ufrag: str
    password: str


class Check(NamedTuple):
    """A Binding request, not yet authenticated."""

    ufrag: str
    nominates: bool
    message: stun.Message


def new_credentials() -> Credentials:
    """RFC 8445 5.3 asks for 24 and 128 bits at least."""
    return Credentials(
        "".join(secrets.choice(_LETTERS) for _ in range(8)),
        "".join(secrets.choice(_LETTERS) for _ in range(24)),
    )


def claimed_ufrag(data: bytes) -> str | None:
    """Whose check this says it is; None if it is no Binding request.

    A few slices and no more: it is asked of every datagram that a stranger sends, before anything is paid for.
    """
    if data[:2] != _BINDING_REQUEST or data[4:8] != _COOKIE:
        return None
    at = _STUN_HEADER_BYTES
    found: bytes | None = None
    for _ in range(_MAX_ATTRIBUTES):
        if at + 4 > len(data):
            return found.partition(b":")[0].decode("ascii", "replace") if found else None
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        if kind == _USERNAME:
            found = data[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4
    return None


def read_check(data: bytes) -> Check:
    """Parse a Binding request; `BadStun` for everything else, whoever sent it."""
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error, IndexError) as error:
        raise BadStun(str(error)) from error
    if message.message_method != stun.Method.BINDING or message.message_class != stun.Class.REQUEST:
        raise BadStun("not a Binding request")
    username = message.attributes.get("USERNAME")
    if not isinstance(username, str) or ":" not in username:
        raise BadStun("no username")
    return Check(username.partition(":")[0], "USE-CANDIDATE" in message.attributes, message)


def is_authentic(check: Check, credentials: Credentials) -> bool:
    """Whether the sender knows the password of these credentials."""
    return check.ufrag == credentials.ufrag and check.message.check_message_integrity(
        credentials.password.encode()
    )


def reply(check: Check, credentials: Credentials, sender: tuple[str, int]) -> bytes:
    """The answer: the address that we saw, or 487 to one who takes us for the controlling side."""
    conflict = "ICE-CONTROLLED" in check.message.attributes
    answer = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.ERROR if conflict else stun.Class.RESPONSE,
        transaction_id=check.message.transaction_id,
    )
    if conflict:
        answer.attributes["ERROR-CODE"] = (487, "Role Conflict")
    else:
        answer.attributes["XOR-MAPPED-ADDRESS"] = sender
    answer.add_message_integrity(credentials.password.encode())
    return bytes(answer)
