"""The addresses of files: signed, and good for a day or two.

`/files/{channel}/{attachment}/{name}?ex=HEX&k=KIND&sig=HEX`. No account stands in it, for one encoded event goes to everybody
who sees the channel; whoever may see a message no longer gets no new address. An address stays the same for a day, so that a
browser fetches a picture once; at what time of the day it becomes another differs from file to file, or all would be fetched
again at midnight. What a newcomer would get wrong: clients write a path anew in their own way (`(` or `%28`), so what is signed
is what the path says and not how it says it.
"""

import hashlib
import hmac
import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote

import msgspec

from appliance.files.model import Kind
from appliance.ids import MAX_ID, AttachmentId, ChannelId, Millis, made_at
from appliance.storage import Reader, Select
from appliance.text.file_names import LONGEST_BYTES

ORIGINAL = ""
PREVIEW = "preview"
"""The picture of a link preview, whose id stands where that of an attachment would."""
_DAY = 24 * 3600
_SIGNATURE_LETTERS = 32
_LONGEST_PATH = 4 * LONGEST_BYTES + 64
_LONGEST_QUERY = 256
_PATH = re.compile(r"/files/(0|[1-9][0-9]{0,18})/(0|[1-9][0-9]{0,18})/([^/?#]+)")
# One way to write a number, or there were many addresses of one file.
_HEX = re.compile(r"0|[1-9a-f][0-9a-f]{0,15}")
_KINDS = frozenset({ORIGINAL, PREVIEW, *Kind})


class Address(NamedTuple):
    """Which file an address is for; `kind` is `ORIGINAL`, what was made of it, or `PREVIEW`."""

    channel_id: ChannelId
    attachment_id: AttachmentId
    name: str
    kind: str


class KeyRow(msgspec.Struct, frozen=True):
    key: str


KEY = Select(KeyRow, "SELECT key FROM file_address_key")


class Signer:
    """Makes addresses and knows its own again."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def path(self, address: Address, now: Millis) -> str:
        """The address as a path on this box."""
        expires = _expires(address.attachment_id, now // 1000)
        kind = f"&k={address.kind}" if address.kind else ""
        where = f"/files/{address.channel_id}/{address.attachment_id}/{quote(address.name, safe='')}"
        return f"{where}?ex={expires:x}{kind}&sig={self._signature(address, expires)}"

    def verified(self, path: str, query: str, now: Millis) -> Address | None:
        """What an address is for; None if it was not made by us, or is too old."""
        if len(path) > _LONGEST_PATH or len(query) > _LONGEST_QUERY:
            return None
        address, expires, signature = _parsed(path, query) or (None, 0, "")
        if address is None:
            return None
        right = hmac.compare_digest(self._signature(address, expires), signature)
        return address if right and expires > now // 1000 else None

    def _signature(self, address: Address, expires: int) -> str:
        message = (
            f"{address.channel_id}/{address.attachment_id}/{address.name}/{address.kind}/{expires}".encode()
        )
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:_SIGNATURE_LETTERS]


async def signer(reader: Reader) -> Signer:
    """The box's own. One short query, which a transaction remembers."""
    return await reader.made_of(KEY, _signer)


def _signer(rows: list[KeyRow]) -> Signer:
    return Signer(bytes.fromhex(rows[0].key))


def _expires(attachment_id: AttachmentId, seconds: int) -> int:
    """A full day after the file's own next midnight, which is the time of day at which it was sent."""
    midnight = made_at(attachment_id) // 1000 % _DAY
    return seconds - (seconds - midnight) % _DAY + 2 * _DAY


def _parsed(path: str, query: str) -> tuple[Address, int, str] | None:
    """The parts of an address as they were sent, none of which is to be believed yet."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    channel_id, attachment_id = int(found[1]), int(found[2])
    try:
        name = unquote(found[3], errors="strict")
        said = parse_qs(query, strict_parsing=True, max_num_fields=8)
    except ValueError:
        return None
    expires, signature, kind = (said.get(key, [""])[0] for key in ("ex", "sig", "k"))
    if not _HEX.fullmatch(expires) or not signature.isascii() or kind not in _KINDS:
        return None
    if max(channel_id, attachment_id) > MAX_ID:
        return None
    address = Address(ChannelId(channel_id), AttachmentId(attachment_id), name, kind)
    return address, int(expires, 16), signature
