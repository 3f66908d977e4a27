"""The UDP port: many packets per system call, and always an answer from the address that was asked.

A box may have Ethernet, Wi-Fi and its own access point at once. A socket bound to every address would answer from whichever
the kernel prefers, and the browser, which asked another, would not accept it; IP_PKTINFO says which it was, both ways.
"""

import ctypes
import errno
import ipaddress
import socket
import struct
from typing import Final

from appliance.sfu.transport.mmsghdr import (
    CONTROL_HEADER,
    HEADER,
    HEADER_BYTES,
    IOVEC,
    SLOT_BYTES,
    UDP_SEGMENT,
    MmsghdrArray,
    Path,
    address_of,
    vectors,
)
from appliance.sfu.transport.send_batch import SendBatch

IN_SLOTS: Final = 64
OUT_SLOTS: Final = 256
# 4 MiB hold a second of a busy call; the kernel gives what net.core.rmem_max allows.
_BUFFER_BYTES = 4 << 20
_NAME_BYTES = 32
_CONTROL_BYTES = 64

_V4_INFO = struct.Struct("@I4s4s")
_V6_INFO = struct.Struct("@16sI")

_IP_PKTINFO = 8
_IPV6_RECVPKTINFO = 49
_IPV6_PKTINFO = 50

# What segmentation fails with on devices and tunnels that cannot do it.
_UNSUPPORTED = frozenset((errno.EIO, errno.EINVAL, errno.EMSGSIZE, errno.EOPNOTSUPP))

_libc = ctypes.CDLL(None, use_errno=True)
_recvmmsg = _libc.recvmmsg
_recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
_sendmmsg = _libc.sendmmsg
_sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)


class PortTaken(Exception):
    """Another process has the port."""


class Endpoint:
    """One bound socket with its rings. Inbound slot k begins at byte k * SLOT_BYTES of `inbound`."""

    def __init__(self, bind: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        self.address = ipaddress.ip_address(bind)
        self.socket = _bound(family, bind, port)
        self.port: int = self.socket.getsockname()[1]
        self._name_bytes = 28 if family == socket.AF_INET6 else 16
        self._key_bytes = 28 if family == socket.AF_INET6 else 8
        self._descriptor = self.socket.fileno()
        self.segments = _can_segment(self.socket)
        # Bound to one address, the kernel has no choice.
        self._asks_source = self.address.is_unspecified

        self.inbound = bytearray(IN_SLOTS * SLOT_BYTES)
        self._names = bytearray(IN_SLOTS * _NAME_BYTES)
        self._controls = bytearray(IN_SLOTS * _CONTROL_BYTES)
        self._in_vectors = vectors(self.inbound, IN_SLOTS)
        self._in_headers = bytearray(IN_SLOTS * HEADER_BYTES)
        self._in_blank = self._blank_headers()
        self.lengths = memoryview(self._in_headers).cast("I")
        self._used = IN_SLOTS

        self._outgoing = MmsghdrArray(OUT_SLOTS)
        self._departing = bytearray(OUT_SLOTS * HEADER_BYTES)
        self._departing_at = address_of(self._departing)
        self._in_at = address_of(self._in_headers)
        # How many outgoing slots are filled.
        self.queued = 0
        # Those in which something waits.
        self.batches: list[SendBatch] = []
        self.dropped = 0
        # Queued headers point into these; they must live until the kernel has read them.
        self._held: list[Path] = []

    def _blank_headers(self) -> bytes:
        names, controls, vectors = map(address_of, (self._names, self._controls, self._in_vectors))
        return b"".join(
            HEADER.pack(
                names + slot * _NAME_BYTES,
                self._name_bytes,
                vectors + slot * IOVEC.size,
                1,
                controls + slot * _CONTROL_BYTES,
                _CONTROL_BYTES,
                0,
                0,
            )
            for slot in range(IN_SLOTS)
        )

    def close(self) -> None:
        self.socket.close()

    def receive(self) -> int:
        """Take what has arrived, at most IN_SLOTS; message k's length is `lengths[16 * k + 14]`."""
        used = self._used * HEADER_BYTES
        self._in_headers[:used] = self._in_blank[:used]
        count: int = _recvmmsg(self._descriptor, self._in_at, IN_SLOTS, socket.MSG_DONTWAIT, None)
        self._used = max(count, 0)
        return self._used

    def key(self, slot: int) -> bytes:
        """The sender's socket address, as it identifies a peer."""
        at = slot * _NAME_BYTES
        return bytes(self._names[at : at + self._key_bytes])

    def path(self, slot: int) -> Path:
        """The way back to the sender, from the address it wrote to."""
        at = slot * _NAME_BYTES
        name = bytes(self._names[at : at + self._name_bytes])
        if self._name_bytes == 16:
            name = name[:8] + bytes(8)
        return Path(self, name, self._reply_control(slot) if self._asks_source else b"")

    def _reply_control(self, slot: int) -> bytes:
        at = slot * _CONTROL_BYTES
        length, level, kind = CONTROL_HEADER.unpack_from(self._controls, at)
        at += CONTROL_HEADER.size
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO) and length >= 28:
            _, local, _ = _V4_INFO.unpack_from(self._controls, at)
            info = _V4_INFO.pack(0, local, bytes(4))
            return CONTROL_HEADER.pack(28, socket.IPPROTO_IP, _IP_PKTINFO) + info + bytes(4)
        if (level, kind) == (socket.IPPROTO_IPV6, _IPV6_PKTINFO) and length >= 36:
            local, interface = _V6_INFO.unpack_from(self._controls, at)
            # Only a link-local address needs its interface named; others are free to be routed.
            keep = interface if ipaddress.IPv6Address(local).is_link_local else 0
            info = _V6_INFO.pack(local, keep)
            return CONTROL_HEADER.pack(36, socket.IPPROTO_IPV6, _IPV6_PKTINFO) + info + bytes(4)
        return b""

    def queue(self, path: Path, data: bytes) -> None:
        """Put one datagram behind what waits to be sent."""
        if self.queued == OUT_SLOTS:
            self.flush()
        self._held.append(path)
        self._outgoing.fill(self.queued, data)
        self._outgoing.address(self.queued, path)
        self.queued += 1

    def flush(self) -> None:
        """Send what was queued and what waits in batches."""
        if self.batches:
            self.depart()
        if self.queued:
            self.dropped += len(self._send(self._outgoing.at, self.queued))
            self.queued = 0
            self._held.clear()

    def depart(self) -> None:
        """Send what waits in batches, and empty them."""
        batches, self.batches = self.batches, []
        refused = self._send_headers(b"".join([batch.headers() for batch in batches]))
        if refused:
            messages = [(batch, *message) for batch in batches for message in batch.messages()]
            self._send_uncut([messages[index] for index in refused])
        for batch in batches:
            batch.count = 0

    def _send_uncut(self, messages: list[tuple[SendBatch, int, int]]) -> None:
        """The kernel would not cut these apart (a batch, its first slot, how many): send single datagrams."""
        headers: list[bytes] = []
        for batch, first, count in messages:
            if count == 1:
                self.dropped += 1
                continue
            # No segmentation on this way, now and from now on.
            batch.segments = False
            headers.append(batch.single_headers(first, count))
        self.dropped += len(self._send_headers(b"".join(headers)))

    def _send_headers(self, headers: bytes) -> list[int]:
        """Send the messages of these headers; which of them the kernel will not take in their form."""
        if len(headers) > len(self._departing):
            self._departing = bytearray(len(headers))
            self._departing_at = address_of(self._departing)
        self._departing[: len(headers)] = headers
        return self._send(self._departing_at, len(headers) // HEADER_BYTES)

    def _send(self, at: int, count: int) -> list[int]:
        """Send `count` messages whose headers begin at this address; which of them the kernel will not take in their form.

        What cannot be sent for another reason is lost, as on any line.
        """
        sent = 0
        amiss: list[int] = []
        while sent < count:
            done: int = _sendmmsg(
                self._descriptor, at + sent * HEADER_BYTES, count - sent, socket.MSG_DONTWAIT
            )
            if done > 0:
                sent += done
                continue
            if ctypes.get_errno() in (errno.EAGAIN, errno.ENOBUFS):
                self.dropped += count - sent
                break
            # Only this one: an address that cannot be reached (any more), or segmentation that is not to be had.
            if ctypes.get_errno() in _UNSUPPORTED:
                amiss.append(sent)
            else:
                self.dropped += 1
            sent += 1
        return amiss


def _bound(family: socket.AddressFamily, bind: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)  # noqa: FBT003  the standard library's own signature
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            bound.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1)
        else:
            bound.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        bound.bind((bind, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"UDP port {port} is taken by another process") from error
        raise
    return bound


def _can_segment(bound: socket.socket) -> bool:
    """Whether the kernel knows UDP segmentation (Linux 4.18)."""
    try:
        bound.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
    except OSError:
        return False
    return True
