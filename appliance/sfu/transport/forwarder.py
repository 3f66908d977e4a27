"""What moves packets, and what it asks of those who decide.

The forwarder now is plain Python (`plain.py`); a native one will take its place behind this interface. So whatever is called
per packet stays inside, and what crosses is rare: a new stream, feedback, a changed table.
"""

from collections.abc import Callable
from typing import Protocol

from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.producer import Producer
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.srtp import Keys


class Link(Protocol):
    """One peer, as the forwarder knows it."""

    peer: str


class Policy(Protocol):
    """The decisions behind the forwarder; every call comes from within `readable`."""

    def on_stun(self, data: bytes, owner: str | None, path: Callable[[], Path]) -> None:
        """Something that looks like STUN, from anyone; `owner`: the peer whose address it comes from, `path`: the way back."""
        ...

    def on_dtls(self, peer: str, data: bytes) -> None:
        """A DTLS datagram from an address that ICE has vouched for."""
        ...

    def on_rtcp(self, peer: str, data: bytes) -> None:
        """A decrypted compound packet."""
        ...

    def on_new_stream(self, peer: str, packet: bytes) -> tuple[Producer, bool] | None:
        """The first packet of an ssrc: whose it is and whether it carries retransmissions; None to drop it."""
        ...

    def on_trouble(self, producers: set[Producer]) -> None:
        """Packets of these are missing, or somebody waits for their key frame."""
        ...


class Forwarder(Protocol):
    """The data plane."""

    def open(self, peer: str) -> None:
        """A peer has joined; its packets are dropped until it is secured."""
        ...

    def close(self, peer: str) -> None:
        """Forget the peer and every address of it."""
        ...

    def replenish(self, seconds: float) -> set[str]:
        """So much time has passed: fill everyone's budget of packets. Who sent more than it since the last time."""
        ...

    def accept_from(self, peer: str, path: Path) -> None:
        """ICE has vouched for this address."""
        ...

    def send_to(self, peer: str, path: Path) -> None:
        """What goes to the peer goes this way from now on."""
        ...

    def secure(self, peer: str, keys: Keys) -> None:
        """Media may flow both ways."""
        ...

    def forget_stream(self, peer: str, ssrc: int) -> None:
        """The next packet of that ssrc is a first one."""
        ...

    def renegotiated(self, peer: str) -> None:
        """The peer may send under other ssrcs than before: those that were nobody's are looked at again."""
        ...

    def resend(self, consumer: Consumer, packet: bytes) -> None:
        """Send a ready-made RTP packet to the consumer's peer."""
        ...

    def send_rtcp(self, peer: str, compound: bytes) -> None:
        """Protect and send; dropped if the peer is not secured."""
        ...

    def send_raw(self, path: Path, data: bytes) -> None:
        """STUN and DTLS."""
        ...

    def flush(self) -> None:
        """Hand everything queued to the kernel."""
        ...
