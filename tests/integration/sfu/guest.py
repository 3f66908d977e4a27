"""A guest who has an account and sends what they like: real ICE, DTLS and SRTP, and then anything at all."""

import asyncio
import re
import secrets
import socket
import struct
import time
from collections import Counter
from typing import override

import pylibsrtp
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM
from OpenSSL import SSL

from appliance.sfu import control
from appliance.sfu.rtp import rtcp
from appliance.sfu.rtp.extensions import AUDIO_LEVEL_ID, MID_ID, block
from appliance.sfu.rtp.packet import Fields, build
from benchmarks.sfu_client import Client, Remote
from tests.integration.sfu.rig import ALL, PATIENCE, Server

_HEADER = struct.Struct("!BBHII")


class Guest(Client):
    """One peer on the test's loop; `publish` sends pictures as an honest browser does, the rest is for mischief."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__()
        self.server = server
        self.name = name
        self.offers: list[control.Offered] = []
        self.extra = ""
        self.datagrams = 0
        self.counts: Counter[int] = Counter()
        asyncio.get_running_loop().add_reader(self.socket, self.step)

    async def join(self, room: str = "room") -> None:
        """Come in, and wait until the line is secure."""
        self.server.send(control.Join(self.name, room, f"owner-of-{self.name}", "", ALL))
        async with asyncio.timeout(PATIENCE):
            while self._outbound is None or control.Connected(self.name) not in self.server.reports:
                if self.remote is not None:
                    self.check()
                await asyncio.sleep(0.05)

    def offered(self, offer: control.Offered) -> None:
        self.offers.append(offer)
        self.server.send(control.Answer(self.name, offer.revision, self.answer(offer.sdp)))
        if self.remote is None:
            host, port = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+)", offer.sdp)[0]
            ufrag, password = (re.findall(rf"a=ice-{name}:(\S+)", offer.sdp)[0] for name in ("ufrag", "pwd"))
            self.connect(Remote((host, int(port)), ufrag, password))

    def answer(self, sdp: str) -> str:
        """One that sends a camera and takes everything; `extra` is added to the camera's m-line."""
        lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
        for section in re.split(r"^(?=m=)", sdp.replace("\r\n", "\n"), flags=re.MULTILINE)[1:]:
            mid = re.findall(r"a=mid:(\S+)", section)[0]
            lines += [section.split("\n")[0], f"a=mid:{mid}", f"a=ice-ufrag:{self.ufrag}"]
            lines += [f"a=fingerprint:sha-256 {self.fingerprint}", "a=setup:active"]
            if mid == control.SLOTS["camera"]:
                lines += ["a=sendonly", f"a=ssrc:{self.ssrc} cname:x"]
                lines += [self.extra] if self.extra else []
            else:
                lines.append("a=recvonly" if "a=sendonly" in section else "a=inactive")
        return "\r\n".join(lines) + "\r\n"

    @override
    def _stun(self, data: bytes, sender: tuple[str, int]) -> None:
        self.datagrams += 1
        super()._stun(data, sender)

    @override
    def _media(self, data: bytes) -> None:
        self.datagrams += 1
        # Not every packet is one of `publish`.
        if len(data) < 100:
            return
        before = self.received
        super()._media(data)
        self.counts[int.from_bytes(data[8:12])] += self.received - before

    def raw(self, data: bytes) -> None:
        """Any bytes, from the address that the box knows."""
        self._send(data)

    def rtp(self, ssrc: int, sequence: int, payload: bytes = b"x", payload_type: int = 96) -> None:
        self._send(self._protector().protect(_HEADER.pack(0x80, payload_type, sequence, 0, ssrc) + payload))

    def speak(self, ssrc: int, sequence: int) -> None:
        """A packet from the microphone's slot that says it is loud."""
        extension = block({MID_ID: control.SLOTS["mic"].encode(), AUDIO_LEVEL_ID: b"\x14"})
        packet = build(Fields(111, sequence, sequence * 960, ssrc), bytes(100), extension)
        self._send(self._protector().protect(packet))

    def rtcp(self, compound: bytes) -> None:
        self._send(self._protector().protect_rtcp(compound))

    def ask_again(self, fields: list[tuple[int, int]]) -> None:
        """A NACK with these fields for the stream that is received, whatever they say."""
        ssrc = next(iter(self.heard))
        body = struct.pack("!II", self.ssrc, ssrc) + b"".join(struct.pack("!HH", *field) for field in fields)
        self.rtcp(struct.pack("!BBH", 0x81, rtcp.RTPFB, len(body) // 4) + body)

    def records(self, count: int) -> bytes:
        """So many records of application data, as one datagram."""
        data = b""
        for _ in range(count):
            self._ssl.write(b"x")
            data += self._drain()
        return data

    def _drain(self) -> bytes:
        data = b""
        try:
            while True:
                data += self._ssl.bio_read(1500)
        except SSL.WantReadError:
            return data

    def new_cipher(self) -> None:
        """The same keys without what the library remembers of streams: its list is slow on our side too."""
        profile = SRTP_AEAD_AES_128_GCM
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        self._outbound = pylibsrtp.Session(
            pylibsrtp.Policy(
                key=profile.get_key_and_salt(material, 0),
                ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
                srtp_profile=profile.libsrtp_profile,
            )
        )

    def _protector(self) -> pylibsrtp.Session:
        if self._outbound is None:
            raise RuntimeError("no keys yet")
        return self._outbound

    def from_elsewhere(self) -> socket.socket:
        """A socket that the box does not know, connected to it."""
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if self.remote is not None:
            other.connect(self.remote.address)
        return other

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


class Talk:
    """Honest people in a call, whose packets are counted while something else goes on."""

    def __init__(self, speaker: Guest, listener: Guest) -> None:
        self.speaker = speaker
        self.listener = listener
        self._task: asyncio.Task[None] | None = None
        self._ssrc = 0

    async def __aenter__(self) -> "Talk":
        # Until the listener gets what is sent: its m-line has to be negotiated first.
        async with asyncio.timeout(PATIENCE):
            while not self.listener.received:
                self.speaker.publish(1)
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        for one in (self.speaker, self.listener):
            one.forget()
        (self._ssrc,) = self.listener.heard
        self.listener.counts.clear()
        self._task = asyncio.create_task(self._talk())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
        await asyncio.sleep(0.5)

    async def _talk(self) -> None:
        while True:
            now = time.monotonic()
            for one in (self.speaker, self.listener):
                one.keep_alive(now)
            self.speaker.publish(2)
            await asyncio.sleep(0.02)

    @property
    def lost(self) -> int:
        return self.speaker.sent - self.listener.counts[self._ssrc]

    @property
    def slowest_seconds(self) -> float:
        return max(self.listener.took) / 1e9


def new_ssrc() -> int:
    return secrets.randbelow(0xFFFFFFFE) + 1
