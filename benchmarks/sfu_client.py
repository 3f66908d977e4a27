"""A client as light as a client can be: real ICE, DTLS and SRTP, and nothing that decodes.

It speaks to an ICE-lite server and to a full agent, is always the controlling side and the DTLS client, and checks
every packet that it gets: decrypted, and without a gap.
"""

import secrets
import socket
import struct
import time
from typing import NamedTuple

import pylibsrtp
from aioice import stun
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, RTCCertificate
from OpenSSL import SSL

PAYLOAD_TYPE = 96
PACKET_BYTES = 1100
_PROFILE = SRTP_AEAD_AES_128_GCM
_HEADER = struct.Struct("!BBHII")
_BLOCK = struct.Struct("!IIIIII")
# A VP8 descriptor that begins a partition, then a key frame's first byte; then when it was sent, in nanoseconds.
_KEY_FRAME = b"\x10\x00"
_SENT_AT = struct.Struct("!Q")
_SENT_AT_OFFSET = _HEADER.size + len(_KEY_FRAME)
_REST = bytes(PACKET_BYTES - _SENT_AT_OFFSET - _SENT_AT.size)


class Remote(NamedTuple):
    """The server's side of one transport."""

    address: tuple[str, int]
    ufrag: str
    password: str


class Client:
    """One peer; `step` is to be called whenever its socket is readable."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)  # noqa: FBT003  the standard library's own signature
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)
        certificate = RTCCertificate.generateCertificate()
        self.fingerprint = next(
            one for one in certificate.getFingerprints() if one.algorithm == "sha-256"
        ).value
        self.ssrc = secrets.randbits(31) + 1
        context = certificate._create_ssl_context([_PROFILE])  # noqa: SLF001  as aiortc does it
        self._ssl = SSL.Connection(context)
        self._ssl.set_connect_state()
        self._ssl.set_ciphertext_mtu(1200)
        self.remote: Remote | None = None
        self._nominated = False
        self.inbound: pylibsrtp.Session | None = None
        self._outbound: pylibsrtp.Session | None = None
        self.outbound_policy: pylibsrtp.Policy | None = None
        self._sequence = 1000
        self._timestamp = 0
        self.sent = 0
        self.received = 0
        self.bad = 0
        self.gaps = 0
        # Nanoseconds from one client through the server to this one, decrypted.
        self.took: list[int] = []
        self._check_at = self._report_at = 0.0
        self._last: dict[int, int] = {}

    @property
    def heard(self) -> dict[int, int]:
        """The streams of which something came, with the newest sequence number of each."""
        return dict(self._last)

    def connect(self, remote: Remote) -> None:
        self.remote = remote
        self.check()

    def check(self) -> None:
        """A Binding request, which also keeps the consent fresh."""
        if self.remote is None:
            raise RuntimeError("not connected")
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self.remote.ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1862270975
        request.attributes["ICE-CONTROLLING"] = 1 << 60
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self.remote.password.encode())
        self._send(bytes(request))

    def _send(self, data: bytes) -> None:
        if self.remote is not None:
            self.socket.sendto(data, self.remote.address)

    def step(self) -> None:
        while True:
            try:
                data, sender = self.socket.recvfrom(2048)
            except BlockingIOError:
                return
            if data[0] >= 128:
                self._media(data)
            elif data[0] < 4:
                self._stun(data, sender)
            else:
                self._ssl.bio_write(data)
                self._handshake()

    def _stun(self, data: bytes, sender: tuple[str, int]) -> None:
        message = stun.parse_message(data)
        if message.message_class == stun.Class.REQUEST:
            reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
            reply.attributes["XOR-MAPPED-ADDRESS"] = sender
            reply.add_message_integrity(self.password.encode())
            self._send(bytes(reply))
        elif message.message_class == stun.Class.RESPONSE and not self._nominated:
            self._nominated = True
            self._handshake()

    def _handshake(self) -> None:
        if self.inbound is None:
            try:
                self._ssl.do_handshake()
            except SSL.WantReadError:
                pass
            else:
                self._take_keys()
        try:
            while True:
                self._send(self._ssl.bio_read(1500))
        except SSL.WantReadError:
            return

    def _take_keys(self) -> None:
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (_PROFILE.key_length + _PROFILE.salt_length)
        )
        sessions: list[pylibsrtp.Session] = []
        for index, kind in ((1, pylibsrtp.Policy.SSRC_ANY_INBOUND), (0, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)):
            policy = pylibsrtp.Policy(
                key=_PROFILE.get_key_and_salt(material, index),
                ssrc_type=kind,
                srtp_profile=_PROFILE.libsrtp_profile,
            )
            policy.window_size = 1024
            sessions.append(pylibsrtp.Session(policy))
            self.outbound_policy = policy
        self.inbound, self._outbound = sessions

    def send_rtp(self, packet: bytes, session: pylibsrtp.Session | None = None) -> None:
        """Protect and send a packet of one's own making, perhaps with another session of `outbound_policy`."""
        session = session or self._outbound
        if session is not None:
            self._send(session.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        if self._outbound is not None:
            self._send(self._outbound.protect_rtcp(packet))

    def _media(self, data: bytes) -> None:
        if self.inbound is None or 192 <= data[1] < 224:
            return
        try:
            packet = self.inbound.unprotect(data)
        except pylibsrtp.Error:
            self.bad += 1
            return
        _, _, sequence, _, ssrc = _HEADER.unpack_from(packet)
        last = self._last.get(ssrc)
        if last is not None and (sequence - last) & 0xFFFF != 1:
            self.gaps += 1
        self._last[ssrc] = sequence
        self.received += 1
        self.took.append(time.perf_counter_ns() - _SENT_AT.unpack_from(packet, _SENT_AT_OFFSET)[0])

    def forget(self) -> None:
        """Count anew from here."""
        self.sent = self.received = self.gaps = self.bad = 0
        self.took.clear()

    def keep_alive(self, now: float) -> None:
        """What every browser does besides: a check every 2.5 s and a receiver report a second."""
        if now >= self._check_at:
            self._check_at = now + 2.5
            self.check()
        if now >= self._report_at and self._outbound is not None:
            self._report_at = now + 1.0
            blocks = b"".join(_BLOCK.pack(ssrc, 0, last, 10, 0, 0) for ssrc, last in self._last.items())
            head = struct.pack("!BBHI", 0x80 | len(self._last), 201, 1 + len(blocks) // 4, self.ssrc)
            self._send(self._outbound.protect_rtcp(head + blocks))

    def publish(self, count: int) -> None:
        """Send `count` packets at once, as an encoder does with a frame."""
        if self._outbound is None:
            raise RuntimeError("no keys yet")
        self._timestamp += 3000
        for _ in range(count):
            self._sequence = (self._sequence + 1) & 0xFFFF
            header = _HEADER.pack(0x80, PAYLOAD_TYPE, self._sequence, self._timestamp, self.ssrc)
            payload = _KEY_FRAME + _SENT_AT.pack(time.perf_counter_ns()) + _REST
            self._send(self._outbound.protect(header + payload))
        self.sent += count
