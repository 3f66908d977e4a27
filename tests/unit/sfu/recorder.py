"""A forwarder that only notes what it is told, and peers on it."""

from pathlib import Path as FilePath
from types import SimpleNamespace
from typing import Any

from appliance.sfu.control import Join
from appliance.sfu.kinds import SLOTS
from appliance.sfu.peer import Peer
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.transport import dtls
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.srtp import Keys


class Recorder:
    """Implements `forwarder.Forwarder`."""

    def __init__(self) -> None:
        self.resent: list[bytes] = []
        self.rtcp: list[tuple[str, bytes]] = []
        self.raw: list[bytes] = []
        self.accepted: list[tuple[str, bytes]] = []

    def open(self, peer: str) -> None:
        """Nothing to note."""

    def close(self, peer: str) -> None:
        """Nothing to note."""

    def replenish(self, seconds: float) -> set[str]:
        del seconds
        return set()

    def accept_from(self, peer: str, path: Path) -> None:
        self.accepted.append((peer, path.key))

    def send_to(self, peer: str, path: Path) -> None:
        """Nothing to note."""

    def secure(self, peer: str, keys: Keys) -> None:
        """Nothing to note."""

    def forget_stream(self, peer: str, ssrc: int) -> None:
        """Nothing to note."""

    def renegotiated(self, peer: str) -> None:
        """Nothing to note."""

    def resend(self, consumer: Consumer, packet: bytes) -> None:
        del consumer
        self.resent.append(packet)

    def send_rtcp(self, peer: str, compound: bytes) -> None:
        self.rtcp.append((peer, compound))

    def send_raw(self, path: Path, data: bytes) -> None:
        del path
        self.raw.append(data)

    def flush(self) -> None:
        """Nothing to note."""


def peers(folder: FilePath, recorder: Recorder, *names: str) -> dict[str, Peer]:
    """Peers that may send everything, at second 0."""
    context = dtls.make_context(dtls.load_certificate(folder))
    return {
        name: Peer(Join(name, "room", name, "", frozenset(SLOTS)), context, recorder, 0.0) for name in names
    }


def way(name: bytes) -> Any:
    """Where packets come from, as far as peers look at it."""
    return SimpleNamespace(key=name, address=("192.0.2.1", 4242))
