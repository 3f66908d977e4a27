"""The peers that the SFU is measured beside, both on aiortc; the loop is asyncio's, or uvloop on request.

`hook`: aiortc's ICE, DTLS and SRTP with packets passed on as they are, the least that can be built on it without new code.
`relay`: what aiortc offers for conferences, MediaRelay: decoded once, encoded for every viewer.
Spoken to by JSON lines on standard input and output.
"""

import asyncio
import json
import sys
from typing import Any

import aioice.ice
import uvloop
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceCandidate, RTCIceGatherer, RTCIceParameters, RTCIceTransport


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001  the signature of what it replaces
    return ["127.0.0.1"] if use_ipv4 or use_ipv6 else []


aioice.ice.get_host_addresses = _loopback


class Hook:
    """Everybody's packets to everybody else, with another payload type and ssrc."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()
        self._peers: list[RTCDtlsTransport] = []
        self.forwarded = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, request: dict[str, Any]) -> dict[str, Any]:
        gatherer = RTCIceGatherer(iceServers=[])
        await gatherer.gather()
        ice = RTCIceTransport(gatherer)
        ice._connection.ice_controlling = False  # noqa: SLF001  no public way to a fixed role
        dtls: Any = RTCDtlsTransport(ice, [self._certificate])
        dtls._set_role("server")  # noqa: SLF001  as RTCPeerConnection does it
        index = len(self._peers)
        self._peers.append(dtls)

        async def forward(data: bytes, arrival_time_ms: int) -> None:  # noqa: ARG001  the signature of what it replaces
            packet = bytearray(data)
            for other, peer in enumerate(self._peers):
                if other == index or peer.state != "connected":
                    continue
                packet[8:12] = (1000 * (index + 1) + other).to_bytes(4)
                await peer._send_rtp(bytes(packet))  # noqa: SLF001  the hook that is measured
                self.forwarded += 1

        dtls._handle_rtp_data = forward  # noqa: SLF001  the hook that is measured
        task = asyncio.create_task(self._start(ice, dtls, request))
        self._tasks.add(task)
        local = gatherer.getLocalParameters()
        candidate = gatherer.getLocalCandidates()[0]
        return {
            "address": [candidate.ip, candidate.port],
            "ufrag": local.usernameFragment,
            "password": local.password,
        }

    @staticmethod
    async def _start(ice: RTCIceTransport, dtls: RTCDtlsTransport, request: dict[str, Any]) -> None:
        host, port = request["address"]
        await ice.addRemoteCandidate(RTCIceCandidate(1, "1", host, port, 1, "udp", "host"))
        await ice.addRemoteCandidate(None)
        await ice.start(RTCIceParameters(request["ufrag"], request["password"]))
        await dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", request["fingerprint"])]))

    async def forwards(self) -> int:
        return self.forwarded


class Relay:
    """The first to join publishes; everybody later watches."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._source: MediaStreamTrack | None = None
        self._viewers: list[RTCPeerConnection] = []
        self._connections: list[RTCPeerConnection] = []

    async def join(self, request: dict[str, Any]) -> dict[str, Any]:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections.append(connection)

        @connection.on("track")
        def _(track: MediaStreamTrack) -> None:
            if self._source is None:
                self._source = track

        if self._source is not None:
            connection.addTrack(self._relay.subscribe(self._source))
            self._viewers.append(connection)
        await connection.setRemoteDescription(RTCSessionDescription(request["sdp"], "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return {"sdp": connection.localDescription.sdp}

    async def forwards(self) -> int:
        total = 0
        for viewer in self._viewers:
            for stats in (await viewer.getStats()).values():
                if stats.type == "outbound-rtp":
                    total += stats.packetsSent
        return total


async def _serve(kind: str) -> None:
    server = Hook() if kind == "hook" else Relay()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        request = json.loads(line)
        reply = (
            {"forwarded": await server.forwards()} if request["do"] == "count" else await server.join(request)
        )
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    run = uvloop.run if "uvloop" in sys.argv[2:] else asyncio.run
    run(_serve(sys.argv[1]))
