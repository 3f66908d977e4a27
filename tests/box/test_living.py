"""An installed box: it is up, it is hurt, it comes back."""

import json
import signal
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.box.machine import UNITS, Machine

PROCESSES = UNITS[:2]


def main_pid(machine: Machine, unit: str) -> int:
    return int(machine.show(unit)["MainPID"])


def until_ready(machine: Machine, unit: str) -> None:
    machine.until(lambda: machine.show(unit)["ActiveState"] == "active")


def kill(machine: Machine, unit: str, number: signal.Signals) -> None:
    machine.run("systemctl", "kill", "--kill-whom=main", f"--signal={number.name}", unit)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_up_after_the_installation(installed: Machine, unit: str) -> None:
    until_ready(installed, unit)
    assert installed.show(unit)["Result"] == "success"


@pytest.mark.parametrize("unit", PROCESSES)
def test_no_process_of_ours_is_root_or_may_become_it(installed: Machine, unit: str) -> None:
    status = installed.run("cat", f"/proc/{main_pid(installed, unit)}/status")

    fields = dict(line.partition(":\t")[::2] for line in status.splitlines())
    assert set(fields["Uid"].split()) == {installed.run("id", "-u", installed.show(unit)["User"]).strip()}
    assert fields["Uid"].split()[0] != "0"
    assert fields["NoNewPrivs"] == "1"


def test_the_page_is_served_on_the_ports_of_the_web(installed: Machine) -> None:
    with installed.network(), installed.client() as client:
        page = client.get("/")
        plain = client.get("http://127.0.0.1/")

    assert '<div id="app">' in page.text
    assert "Open Hearth" in plain.text


def test_a_server_that_stands_still_is_ended_by_the_watchdog_and_comes_back(installed: Machine) -> None:
    until_ready(installed, "hearth-server.service")
    before, media = main_pid(installed, PROCESSES[0]), main_pid(installed, PROCESSES[1])

    kill(installed, "hearth-server.service", signal.SIGSTOP)

    installed.until(lambda: main_pid(installed, PROCESSES[0]) not in {0, before})
    until_ready(installed, "hearth-server.service")
    assert main_pid(installed, PROCESSES[1]) == media
    assert "Watchdog timeout" in installed.journal("--unit=hearth-server.service")
    with installed.network(), installed.client() as client:
        assert installed.answers(client)


def test_a_media_process_without_its_socket_is_ended_by_the_watchdog(installed: Machine) -> None:
    until_ready(installed, "hearth-sfu.service")
    before = main_pid(installed, PROCESSES[1])

    installed.run("rm", "/run/hearth-media/control.sock")

    installed.until(lambda: main_pid(installed, PROCESSES[1]) not in {0, before})
    until_ready(installed, "hearth-sfu.service")
    assert "the control socket is gone" in installed.journal("--unit=hearth-sfu.service")


def test_the_server_lives_through_the_death_of_the_media_process(installed: Machine) -> None:
    until_ready(installed, "hearth-sfu.service")
    server, media = main_pid(installed, PROCESSES[0]), main_pid(installed, PROCESSES[1])
    met = len(installed.entries("SYSLOG_IDENTIFIER=hearth-sfu", "--grep=the server has connected"))

    kill(installed, "hearth-sfu.service", signal.SIGKILL)

    with installed.network(), installed.client() as client:
        assert installed.answers(client)
    installed.until(lambda: main_pid(installed, PROCESSES[1]) not in {0, media})
    until_ready(installed, "hearth-sfu.service")
    installed.until(
        lambda: (
            len(installed.entries("SYSLOG_IDENTIFIER=hearth-sfu", "--grep=the server has connected")) > met
        )
    )
    assert main_pid(installed, PROCESSES[0]) == server


def test_the_server_starts_where_there_is_no_media_process(installed: Machine) -> None:
    installed.run("systemctl", "stop", "hearth-sfu.service")
    try:
        installed.run("systemctl", "restart", "hearth-server.service")

        with installed.network(), installed.client() as client:
            assert installed.answers(client)
    finally:
        installed.run("systemctl", "start", "hearth-sfu.service")


def test_a_reload_is_over_when_the_certificate_has_been_looked_at(installed: Machine) -> None:
    until_ready(installed, "hearth-server.service")
    before = main_pid(installed, "hearth-server.service")
    installed.run("rm", "/var/lib/hearth/tls/box.crt")

    installed.run("systemctl", "reload", "hearth-server.service")

    assert (installed.folder / "var/lib/hearth/tls/box.crt").exists()
    assert main_pid(installed, "hearth-server.service") == before


def test_stopping_is_over_before_patience_is(installed: Machine) -> None:
    try:
        installed.run("systemctl", "stop", "hearth.target", *PROCESSES)

        # After ten seconds it would have been killed, and the result would be "timeout".
        shown = [installed.show(unit) for unit in PROCESSES]
        assert [(one["ActiveState"], one["Result"]) for one in shown] == [("inactive", "success")] * 2
    finally:
        installed.run("systemctl", "start", "hearth.target")


@pytest.mark.parametrize("unit", [*UNITS, "hearth.target"])
def test_a_unit_is_written_as_systemd_wants_it(installed: Machine, unit: str) -> None:
    assert installed.run("systemd-analyze", "verify", f"/usr/lib/systemd/system/{unit}") == ""


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_may_do_little_more_than_it_must(installed: Machine, unit: str) -> None:
    file = f"/usr/lib/systemd/system/{unit}"

    # In tenths: an exposure of more than 2.0 fails.
    installed.run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", file)


class Listener:
    """A client of the gateway that remembers how far it has read."""

    def __init__(self, machine: Machine, token: str) -> None:
        self._trust = ssl.create_default_context(
            cafile=str(machine.folder / "var/lib/hearth/tls/hearth-ca.crt")
        )
        self._token = token
        self._session = ""
        self._seq = 0
        self._socket: ClientConnection | None = None
        self._open = ExitStack()

    def identify(self) -> None:
        self._connect(2, {"token": self._token, "properties": {}})
        self._session = self._until("READY")["session_id"]

    def resume(self) -> None:
        self._connect(6, {"token": self._token, "session_id": self._session, "seq": self._seq})

    def contents_until(self, name: str) -> list[str]:
        """What was written, up to the first event of this name, which counts if it is a message itself."""
        found: list[str] = []
        while True:
            kind, data = self._next()
            if kind == "MESSAGE_CREATE":
                found.append(data["content"])
            if kind == name:
                return found

    def close(self) -> None:
        self._open.close()

    def _connect(self, op: int, data: Any) -> None:
        self.close()
        self._socket = self._open.enter_context(
            connect("wss://127.0.0.1/ws?v=10&encoding=json", ssl=self._trust, max_size=None)
        )
        hello = json.loads(self._socket.recv(20))
        assert hello["op"] == 10
        self._socket.send(json.dumps({"op": op, "d": data}))

    def _until(self, name: str) -> Any:
        while True:
            kind, data = self._next()
            if kind == name:
                return data

    def _next(self) -> tuple[str | None, Any]:
        assert self._socket
        frame = json.loads(self._socket.recv(20))
        assert frame["op"] != 9, "the session is lost"
        self._seq = frame["s"] or self._seq
        return frame["t"], frame["d"]


def test_a_restart_loses_nobody_anything_and_the_journal_tells_nothing_of_them(package: Path) -> None:
    with Machine.booted() as machine:
        machine.install(package)
        with machine.network(), machine.client() as client:
            session = machine.set_up(client)
            [guild] = client.get("/api/v10/users/@me/guilds").json()
            channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
            place = f"/api/v10/channels/{next(one['id'] for one in channels if one['type'] == 0)}/messages"
            listener = Listener(machine, session["access_token"])
            listener.identify()
            client.post(place, json={"content": "heard before"}).raise_for_status()
            assert listener.contents_until("MESSAGE_CREATE") == ["heard before"]
            client.post(place, json={"content": "sent, and never read"}).raise_for_status()

            machine.run("systemctl", "restart", "hearth-server.service")
            client.post(place, json={"content": "said while away"}).raise_for_status()
            listener.resume()

            assert listener.contents_until("RESUMED") == ["sent, and never read", "said while away"]
            listener.close()

        entries = machine.entries("SYSLOG_IDENTIFIER=hearth-server")
        assert {"appliance.server"} <= {entry["LOGGER"] for entry in entries}
        told = machine.journal("--unit=hearth-server.service", "--unit=hearth-sfu.service").lower()
        assert "ready on port 443" in told
        assert [
            word for word in ("heard before", "never read", "nora", "maple", "127.0.0.1") if word in told
        ] == []
