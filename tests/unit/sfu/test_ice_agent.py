"""Checks: whose they are, what they cost, and that nobody takes another one's address."""

from pathlib import Path
from typing import Any

import pytest
from aioice import stun

from appliance.sfu import ice
from appliance.sfu.budget import CHECKS
from appliance.sfu.ice_agent import IceAgent
from appliance.sfu.peer import Peer
from tests.unit.sfu.recorder import Recorder, peers, way


def check(credentials: ice.Credentials) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{credentials.ufrag}:them"
    message.attributes["ICE-CONTROLLING"] = 1
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(credentials.password.encode())
    return bytes(message)


class Both:
    """Ann and Bo, and the agent that listens for them."""

    def __init__(self, folder: Path) -> None:
        self.recorder = Recorder()
        self.peers = peers(folder, self.recorder, "ann", "bo")
        self.agent = IceAgent(self.peers, self.recorder)
        for peer in self.peers.values():
            self.agent.add(peer)
        self.ann, self.bo = self.peers["ann"], self.peers["bo"]
        self.paths = 0

    def receive(self, data: bytes, owner: str | None, now: float, name: bytes = b"there") -> bool:
        """Whether it was answered."""

        def path() -> Any:
            self.paths += 1
            return way(name)

        before = len(self.recorder.raw)
        self.agent.receive(data, owner, path, now)
        return len(self.recorder.raw) > before


@pytest.fixture
def both(tmp_path: Path) -> Both:
    return Both(tmp_path)


def test_a_check_with_a_wrong_password_makes_nothing(both: Both) -> None:
    forged = ice.Credentials(both.ann.credentials.ufrag, "x" * 24)

    assert not both.receive(check(forged), None, 1.0)
    assert not both.receive(check(ice.new_credentials()), None, 1.0)
    assert (both.paths, both.recorder.accepted) == (0, [])


def test_a_flood_in_somebodys_name_does_not_end_their_consent(both: Both) -> None:
    assert both.receive(check(both.ann.credentials), None, 1.0)
    forged = check(ice.Credentials(both.ann.credentials.ufrag, "x" * 24))
    for at in range(5000):
        both.receive(forged, None, 1.0 + at / 1000)

    assert both.receive(check(both.ann.credentials), "ann", 6.0)
    assert both.ann.checked_at == 6.0


def test_checks_are_answered_within_their_budget(both: Both) -> None:
    valid = check(both.ann.credentials)

    answered = sum(both.receive(valid, "ann", 1.0 + at / 1000) for at in range(2000))

    assert CHECKS.burst <= answered <= CHECKS.burst + 2 * CHECKS.per_second + 1


def test_a_browser_checks_all_its_pairs_of_addresses_in_vain_and_is_still_heard(both: Both) -> None:
    # One check every 20 ms, for twelve seconds.
    for at in range(600):
        assert both.receive(check(both.ann.credentials), None, 1.0 + at * 0.02)


def test_nobody_takes_the_address_of_somebody_in_the_call(both: Both) -> None:
    both.bo.is_secure = True
    both.bo.checked_at = 1.0

    assert not both.receive(check(both.ann.credentials), "bo", 1.0 + ice.STALE_SECONDS - 0.1)
    assert both.receive(check(both.ann.credentials), "bo", 1.0 + ice.STALE_SECONDS)


def test_restarts_that_nobody_followed_leave_nothing(both: Both) -> None:
    first = both.ann.credentials
    former: list[ice.Credentials] = []
    for _ in range(100):
        both.agent.restart(both.ann)
        former.append(both.ann.credentials)

    assert both.receive(check(first), None, 1.0)
    assert not both.receive(check(former[50]), None, 1.0)
    assert both.receive(check(both.ann.credentials), None, 1.0)
    assert not both.receive(check(first), None, 1.0)
    both.agent.forget(both.ann)
    assert not both.receive(check(both.ann.credentials), None, 2.0)
    assert known(both.agent) == {both.bo.credentials.ufrag}


def test_who_leaves_in_the_middle_of_a_restart_leaves_nothing(both: Both) -> None:
    both.agent.restart(both.ann)
    both.agent.forget(both.ann)

    assert known(both.agent) == {both.bo.credentials.ufrag}


def known(agent: IceAgent) -> set[str]:
    return set(agent._by_ufrag)


def test_the_handshake_has_to_end(both: Both) -> None:
    peer: Peer = both.ann

    assert not peer.is_overdue(90.0)
    assert peer.is_overdue(90.1)
    peer.is_secure = True
    assert not peer.is_overdue(1000.0)
