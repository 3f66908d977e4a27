"""The process's heart: rooms and peers, the server's commands, and the clock that everything periodic hangs on.

All of it runs on one thread. What a command changes is in force when the call returns; offers follow in batches.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath

import msgspec

from appliance.daemon.sd_notify import notify, watchdog_seconds
from appliance.sfu import control, ice
from appliance.sfu.feedback import REPORT_SECONDS, Feedback, speaking_changes
from appliance.sfu.ice_agent import IceAgent
from appliance.sfu.listener import Listener
from appliance.sfu.peer import BadFingerprint, Peer
from appliance.sfu.routing.producer import Producer
from appliance.sfu.routing.router import Router
from appliance.sfu.rtp.packet import BadPacket
from appliance.sfu.sdp.answer import BadAnswer
from appliance.sfu.sdp.answer import parse as parse_answer
from appliance.sfu.transport import dtls
from appliance.sfu.transport.addresses import Address, candidates
from appliance.sfu.transport.dtls import Phase
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.plain import PlainForwarder
from appliance.sfu.transport.pump import Pump
from appliance.sfu.transport.udp import Endpoint

log = logging.getLogger(__name__)

# People join and cameras start in bursts; one offer then serves them all, and nobody notices 20 ms.
OFFER_DELAY_SECONDS = 0.02
_TICK_SECONDS = 0.05
_HANDSHAKE_TICKS = 5
# A join that was on its way when its room was closed comes at once or never, so the newest ones are enough.
_MOST_CLOSED = 64
_CLOSED = "the room is closed"


class Settings(msgspec.Struct, frozen=True):
    """Where to listen and what to tell browsers. Port 0 takes a free one; no `bind` means every address."""

    socket: FilePath
    data: FilePath
    port: int = 8443
    bind: tuple[Address, ...] = ()
    public: tuple[Address, ...] = ()


class Worker:
    """Implements `forwarder.Policy`."""

    def __init__(self, settings: Settings, endpoints: Sequence[Endpoint]) -> None:
        certificate = dtls.load_certificate(settings.data / "sfu")
        self._context = dtls.make_context(certificate)
        self._fingerprint = dtls.fingerprint(certificate)
        self._settings = settings
        self._endpoints = endpoints
        self._loop = asyncio.get_running_loop()
        self._peers: dict[str, Peer] = {}
        self._rooms: dict[str, Router] = {}
        self._closed: deque[str] = deque(maxlen=_MOST_CLOSED)
        self._forwarder = PlainForwarder(endpoints, self, time.monotonic)
        self._ice = IceAgent(self._peers, self._forwarder)
        self._feedback = Feedback(self._peers, self._forwarder)
        self._listener = Listener(settings.socket, self._greeting, self.obey)
        self._offers_due: asyncio.TimerHandle | None = None
        self._ticked_at = self._replenished_at = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set."""
        await self._listener.open()
        pumps = [Pump(self._loop, endpoint, self._forwarder) for endpoint in self._endpoints]
        for pump in pumps:
            pump.start()
        notify(f"READY=1\nSTATUS=Media on UDP port {self._endpoints[0].port}")
        log.info("media on UDP port %s", self._endpoints[0].port)
        try:
            async with asyncio.TaskGroup() as tasks:
                periodic = [tasks.create_task(self._tick()), tasks.create_task(self._watchdog())]
                await stop.wait()
                for task in periodic:
                    task.cancel()
        finally:
            notify("STOPPING=1")
            for peer in list(self._peers.values()):
                self._remove(peer)
            await self._listener.close()
            for pump in pumps:
                pump.stop()
            for endpoint in self._endpoints:
                endpoint.close()

    # What the server asks

    def obey(self, command: control.Commands) -> None:
        """Carry out one command, or report why not."""
        if isinstance(command, control.Join):
            self._join(command)
        elif isinstance(command, control.Close):
            self._close(command.room)
        elif (peer := self._peers.get(command.peer)) is not None:
            self._obey_about(peer, command)
            self._forwarder.flush()
        else:
            self._refuse(command.peer, "unknown_peer", "there is no such peer in a call")

    def _obey_about(
        self, peer: Peer, command: control.Answer | control.Restart | control.Allow | control.Leave
    ) -> None:
        match command:
            case control.Answer():
                self._answer(peer, command)
            case control.Restart():
                # Not refused but put off, as long as there have been too many.
                peer.wants_restart = True
                self._restart(peer, time.monotonic())
            case control.Allow():
                now = time.monotonic()
                peer.participant.permit(command.allow, now)
                peer.participant.switch(command.active, now)
                peer.participant.set_hearing(hears=command.hears, now=now)
                if command.label is not None:
                    peer.label = command.label
                self._reattach(peer.room)
                self._watch_room(peer)
            case control.Leave():
                self._remove(peer)

    def _join(self, command: control.Join) -> None:
        if command.peer in self._peers:
            return
        if command.room in self._closed:
            self._listener.send(control.Lost(command.peer, _CLOSED))
            return
        self._forwarder.open(command.peer)
        peer = Peer(command, self._context, self._forwarder, time.monotonic())
        self._peers[peer.name] = peer
        self._ice.add(peer)
        self._rooms.setdefault(peer.room, Router()).join(peer.participant)
        peer.needs_offer = True
        self._reattach(peer.room)

    def _close(self, room: str) -> None:
        self._closed.append(room)
        for peer in [one for one in self._peers.values() if one.room == room]:
            self._lose(peer, _CLOSED)

    def _answer(self, peer: Peer, command: control.Answer) -> None:
        if command.revision != peer.revision or not peer.awaits_answer:
            self._refuse(
                peer.name, "stale_offer", f"the offer in force is {peer.revision}, not {command.revision}"
            )
            return
        if not peer.answers.take(time.monotonic()):
            self._refuse(peer.name, "too_many_answers", "that many answers are not needed")
            return
        try:
            answer = parse_answer(command.sdp, peer.sdp)
        except BadAnswer as error:
            self._refuse(peer.name, "bad_sdp", str(error))
            return
        if not peer.trusts(answer):
            self._distrust(peer)
            return
        peer.apply(answer, time.monotonic())
        self._forwarder.renegotiated(peer.name)
        self._listener.send(control.Accepted(peer.name, command.revision))
        self._secure(peer)
        if peer.needs_offer:
            self._offer_soon()

    def _restart(self, peer: Peer, now: float) -> None:
        if not peer.restarts.take(now):
            return
        self._ice.restart(peer)
        peer.needs_offer = True
        peer.awaits_answer = False
        self._offer_soon()

    def _refuse(self, peer: str, key: control.Problem, message: str) -> None:
        self._listener.send(control.Refused(peer, key, message))

    def _greeting(self) -> list[control.Report]:
        occupants = [
            control.Occupant(peer.name, peer.room, peer.participant.owner, peer.label)
            for peer in self._peers.values()
        ]
        waiting = [self._offered(peer) for peer in self._peers.values() if peer.awaits_answer]
        held = [
            control.Held(peer.name, peer.participant.held)
            for peer in self._peers.values()
            if peer.participant.held
        ]
        return [control.State(occupants), *waiting, *held]

    # Offers

    def _reattach(self, room: str) -> None:
        for participant in self._rooms[room].reattach(time.monotonic()):
            self._peers[participant.peer].needs_offer = True
        self._offer_soon()

    def _offer_soon(self) -> None:
        if self._offers_due is None:
            self._offers_due = self._loop.call_later(OFFER_DELAY_SECONDS, self._offer)

    def _offer(self) -> None:
        self._offers_due = None
        now = time.monotonic()
        # Who has had too many lately gets one a little later (`_everyone`).
        due = [
            peer
            for peer in self._peers.values()
            if peer.needs_offer and not peer.awaits_answer and peer.offers.take(now)
        ]
        if not due:
            return
        port = self._endpoints[0].port
        lines = candidates((one.address for one in self._endpoints), self._settings.public, port)
        for peer in due:
            peer.make_offer(self._fingerprint, lines, port, now)
            self._listener.send(self._offered(peer))

    @staticmethod
    def _offered(peer: Peer) -> control.Offered:
        return control.Offered(peer.name, peer.revision, peer.sdp, peer.tracks)

    # What the forwarder asks

    def on_stun(self, data: bytes, owner: str | None, path: Callable[[], Path]) -> None:
        """Answer a check, and follow the browser to where it nominates."""
        self._ice.receive(data, owner, path, time.monotonic())

    def on_dtls(self, peer: str, data: bytes) -> None:
        """Go on with the handshake, or notice that the browser has closed."""
        one = self._peers[peer]
        if one.handshake.take(time.monotonic()):
            one.dtls.receive(data)
            self._secure(one)

    def _secure(self, peer: Peer) -> None:
        if peer.dtls.phase in (Phase.CLOSED, Phase.FAILED):
            self._lose(peer, f"dtls {peer.dtls.phase.value}")
            return
        try:
            keys = peer.verified_keys()
        except BadFingerprint:
            self._distrust(peer)
            return
        if keys is not None:
            peer.is_secure = True
            self._forwarder.secure(peer.name, keys)
            self._listener.send(control.Connected(peer.name))
        if peer.is_secure:
            peer.release(time.monotonic())
            self._watch_room(peer)

    def _watch_room(self, peer: Peer) -> None:
        waiting = {
            one.producer for one in peer.participant.consumers if one.producer is not None and one.ready
        }
        self._feedback.watch({producer for producer in waiting if producer.key_frames.wanted})
        self._feedback.ask(time.monotonic())

    def _distrust(self, peer: Peer) -> None:
        self._refuse(peer.name, "bad_fingerprint", "the certificate is not the one in the answer")
        self._lose(peer, "bad_fingerprint")

    def on_rtcp(self, peer: str, data: bytes) -> None:
        """Pass feedback on."""
        self._feedback.received(self._peers[peer], data, time.monotonic())

    def on_new_stream(self, peer: str, packet: bytes) -> tuple[Producer, bool] | None:
        """Find the slot of a new ssrc; others get their m-line for it if it is the first."""
        one = self._peers[peer]
        try:
            found = one.find_producer(packet)
        except BadPacket:
            return None
        if found is None or found[1]:
            return found
        producer = found[0]
        former, now = producer.ssrc, time.monotonic()
        producer.begin(int.from_bytes(packet[8:12]), now)
        if former is not None and former != producer.ssrc:
            self._forwarder.forget_stream(peer, former)
        if one.participant.sends(producer.kind):
            self._reattach(one.room)
        if producer.is_video:
            # A browser believes what it hears of its bandwidth in the first two seconds.
            self._loop.call_later(OFFER_DELAY_SECONDS, self._report, peer)
        return found

    def on_trouble(self, producers: set[Producer]) -> None:
        """Ask for what is missing."""
        self._feedback.watch(producers)
        self._feedback.ask(time.monotonic())

    # What time brings

    async def _tick(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            count += 1
            self._ticked_at = time.monotonic()
            try:
                self._everyone(count, time.monotonic())
            except Exception:
                # One peer's mishap must not end everybody's call.
                log.exception("a periodic duty failed")

    def _everyone(self, count: int, now: float) -> None:
        self._feedback.ask(now)
        floods = self._forwarder.replenish(now - self._replenished_at)
        self._replenished_at = now
        for peer in list(self._peers.values()):
            self._hold(peer, now, floods=peer.name in floods)
            self._look_after(peer, count, now)
        if any(peer.needs_offer and not peer.awaits_answer for peer in self._peers.values()):
            self._offer_soon()
        self._forwarder.flush()

    def _hold(self, peer: Peer, now: float, *, floods: bool) -> None:
        if peer.participant.look(now, floods=floods):
            held = peer.participant.held
            log.info("of a peer is held: %s", ", ".join(sorted(held)) or "nothing any more")
            self._listener.send(control.Held(peer.name, held))
            self._watch_room(peer)

    def _look_after(self, peer: Peer, count: int, now: float) -> None:
        speaking = speaking_changes(peer, now)
        if speaking is not None:
            self._listener.send(control.Speaking(peer.name, speaking))
        if count % _HANDSHAKE_TICKS == 0 and peer.dtls.phase is Phase.HANDSHAKE:
            peer.dtls.tick()
            self._secure(peer)
        if now - peer.checked_at > ice.CONSENT_SECONDS:
            self._lose(peer, "no consent")
            return
        if peer.is_overdue(now):
            self._lose(peer, "never secure")
            return
        if peer.wants_restart:
            self._restart(peer, now)
        if peer.repeats(now):
            self._listener.send(self._offered(peer))
        # Spread over the second, so that a full room does not report in one burst.
        if peer.is_secure and (count + hash(peer.name)) % round(REPORT_SECONDS / _TICK_SECONDS) == 0:
            self._feedback.report(peer, now)

    def _report(self, name: str) -> None:
        peer = self._peers.get(name)
        if peer is not None:
            self._feedback.report(peer, time.monotonic())
            self._forwarder.flush()

    async def _watchdog(self) -> None:
        """Tell systemd that we are well: the loop turns, the clock ticks, and the server can reach us."""
        seconds = watchdog_seconds()
        while seconds is not None:
            if not self._listener.is_alive:
                log.error("the control socket is gone")
            elif time.monotonic() - self._ticked_at > seconds:
                log.error("the periodic duties stand still")
            else:
                notify("WATCHDOG=1")
            await asyncio.sleep(seconds)

    # The end

    def _lose(self, peer: Peer, reason: str) -> None:
        if peer.name in self._peers:
            self._remove(peer)
            self._listener.send(control.Lost(peer.name, reason))

    def _remove(self, peer: Peer) -> None:
        del self._peers[peer.name]
        if peer.participant.producers["mic"].speaker.speaking:
            self._listener.send(control.Speaking(peer.name, False))  # noqa: FBT003  the contract's own shape
        peer.dtls.close()
        self._forwarder.flush()
        self._forwarder.close(peer.name)
        self._ice.forget(peer)
        router = self._rooms[peer.room]
        router.leave(peer.name, time.monotonic())
        if router.participants:
            self._reattach(peer.room)
        else:
            del self._rooms[peer.room]
