"""`struct mmsghdr` arrays: outgoing datagrams in the form that sendmmsg(2) takes, and where they go.

The kernel reads these structures by address. Whatever a header points into must stay alive and in place until it is sent.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from appliance.sfu.transport.udp import Endpoint

SLOT_BYTES: Final = 2048
# struct mmsghdr on 64-bit Linux: name, its length, iovec, count, control, its length, flags, bytes transferred.
HEADER_BYTES: Final = 64
HEADER = struct.Struct("@QI4xQQQQi4xI4x")
IOVEC = struct.Struct("@QQ")
CONTROL_HEADER = struct.Struct("@QII")
UDP_SEGMENT: Final = 103
_SEGMENT_CONTROL = struct.Struct("@QIIH6x")


def address_of(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


class Path:
    """Where a peer is, and through which of our addresses: the head of every message to it, prepared."""

    __slots__ = ("_memory", "address", "control", "endpoint", "head", "key", "tail")

    def __init__(self, endpoint: Endpoint, name: bytes, control: bytes) -> None:
        self.endpoint = endpoint
        self.control = control
        self.key = name
        self.address = _readable(name)
        self._memory = bytearray(name + control)
        at = address_of(self._memory)
        # name and length go to the message header's start, control and length to its byte 32
        self.head = struct.pack("@QQ", at, len(name))
        self.tail = struct.pack("@QQ", at + len(name) if control else 0, len(control))


def _readable(name: bytes) -> tuple[str, int]:
    port = int.from_bytes(name[2:4])
    if len(name) < 28:
        return socket.inet_ntop(socket.AF_INET, name[4:8]), port
    return socket.inet_ntop(socket.AF_INET6, name[8:24]), port


class MmsghdrArray:
    """An array of `struct mmsghdr`, each with one datagram; slot k's bytes begin at k * SLOT_BYTES of `memory`."""

    __slots__ = ("_headers", "_lengths", "_vectors", "at", "memory", "slots")

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.memory = bytearray(slots * SLOT_BYTES)
        self._vectors = vectors(self.memory, slots)
        self._lengths = memoryview(self._vectors).cast("Q")
        self._headers = bytearray(slots * HEADER_BYTES)
        first = address_of(self._vectors)
        for slot in range(slots):
            vector = first + slot * IOVEC.size
            HEADER.pack_into(self._headers, slot * HEADER_BYTES, 0, 0, vector, 1, 0, 0, 0, 0)
        self.at = address_of(self._headers)

    def address(self, slot: int, path: Path) -> None:
        """Whom the slot is for; the caller keeps the path alive while it is in use."""
        at = slot * HEADER_BYTES
        self._headers[at : at + 16] = path.head
        self._headers[at + 32 : at + 48] = path.tail

    def fill(self, slot: int, data: bytes) -> None:
        self.memory[slot * SLOT_BYTES : slot * SLOT_BYTES + len(data)] = data
        self._lengths[2 * slot + 1] = len(data)


def segment_control(path: Path) -> bytearray:
    """A message's control part that tells the kernel to cut it, and which address it comes from."""
    return bytearray(_SEGMENT_CONTROL.pack(18, socket.IPPROTO_UDP, UDP_SEGMENT, 0) + path.control)


def set_segment_bytes(control: bytearray, size: int) -> None:
    struct.pack_into("@H", control, CONTROL_HEADER.size, size)


def vectors(memory: bytearray, slots: int) -> bytearray:
    first = address_of(memory)
    return bytearray(
        b"".join(IOVEC.pack(first + slot * SLOT_BYTES, SLOT_BYTES) for slot in range(slots)),
    )
