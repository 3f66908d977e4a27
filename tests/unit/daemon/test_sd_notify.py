"""What systemd reads from the socket that it gave us."""

import socket
from pathlib import Path

import pytest

from appliance.daemon.sd_notify import notify, reloading, watchdog_seconds


def test_a_message_arrives_at_the_socket_that_systemd_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        notify("READY=1\nSTATUS=Answers")

        assert systemd.recv(100) == b"READY=1\nSTATUS=Answers"


def test_a_name_with_an_at_sign_is_in_the_abstract_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("")  # The kernel chooses an abstract name.
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + systemd.getsockname()[1:].decode())

        notify("WATCHDOG=1")

        assert systemd.recv(100) == b"WATCHDOG=1"


def test_a_reload_carries_the_time_at_which_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        reloading()

        first, second = systemd.recv(100).decode().split("\n")
        assert first == "RELOADING=1"
        assert second.startswith("MONOTONIC_USEC=")
        assert int(second.split("=")[1]) > 0


def test_a_systemd_that_is_restarting_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))

    notify("READY=1")


@pytest.mark.parametrize(("usec", "seconds"), [("30000000", 15.0), ("0", None), ("", None), ("soon", None)])
def test_a_sign_of_life_is_sent_twice_as_often_as_systemd_waits(
    usec: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)

    assert watchdog_seconds() == seconds
