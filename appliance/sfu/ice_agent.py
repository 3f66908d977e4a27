"""Whose address is whose: ICE checks of all peers, and the credentials that they carry.

Everybody on the network can send a check. So one is looked at only as far as has been paid for: the name in it first, then the
budget of the peer that it names, then the proof that the sender knows that peer's password.
"""

from collections.abc import Callable, Mapping

from appliance.sfu import ice
from appliance.sfu.peer import Peer
from appliance.sfu.transport.forwarder import Forwarder
from appliance.sfu.transport.mmsghdr import Path


class IceAgent:
    """The passive side for everybody (ICE-lite); times are seconds of one monotonic clock."""

    def __init__(self, peers: Mapping[str, Peer], forwarder: Forwarder) -> None:
        self._peers = peers
        self._forwarder = forwarder
        self._by_ufrag: dict[str, tuple[Peer, ice.Credentials]] = {}

    def add(self, peer: Peer) -> None:
        """Listen for a peer under the credentials that it has now."""
        self._by_ufrag[peer.credentials.ufrag] = (peer, peer.credentials)

    def restart(self, peer: Peer) -> None:
        """New credentials; those in use count until the browser uses the new ones."""
        if peer.former_credentials is not None:
            # A restart that the browser has not followed: nobody will.
            self._by_ufrag.pop(peer.credentials.ufrag, None)
        peer.restart_ice()
        self.add(peer)

    def forget(self, peer: Peer) -> None:
        """The peer is gone."""
        for credentials in (peer.credentials, peer.former_credentials):
            if credentials is not None:
                self._by_ufrag.pop(credentials.ufrag, None)

    def receive(self, data: bytes, owner: str | None, path_back: Callable[[], Path], now: float) -> None:
        """Answer a check, and follow the browser to where it nominates; `owner`: whose address it comes from."""
        known = self._by_ufrag.get(ice.claimed_ufrag(data) or "")
        if known is None or not self._may_check(known[0], owner, now):
            return
        peer, credentials = known
        try:
            check = ice.read_check(data)
        except ice.BadStun:
            return
        if not ice.is_authentic(check, credentials):
            return
        path = path_back()
        self._forwarder.send_raw(path, ice.reply(check, credentials, path.address))
        self._forwarder.accept_from(peer.name, path)
        if peer.follows(path, now, nominated=check.nominates):
            self._forwarder.send_to(peer.name, path)
        if peer.former_credentials is not None and credentials is peer.credentials:
            self._by_ufrag.pop(peer.former_credentials.ufrag, None)
            peer.former_credentials = None

    def _may_check(self, peer: Peer, owner: str | None, now: float) -> bool:
        """Whether a check in a peer's name is looked at; from an address that another one uses it is not."""
        if owner == peer.name:
            return peer.checks.take(now)
        other = self._peers.get(owner or "")
        if other is not None and other.is_secure and now - other.checked_at < ice.STALE_SECONDS:
            return False
        return peer.first_checks.take(now)
