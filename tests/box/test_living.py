"""An installed box is hurt, and comes back."""

import signal

from tests.box.machine import UNITS, Machine

SERVER, MEDIA = UNITS[:2]


def kill(machine: Machine, unit: str, number: signal.Signals) -> None:
    machine.run("systemctl", "kill", "--kill-whom=main", f"--signal={number.name}", unit)


def test_a_server_that_stands_still_is_ended_by_the_watchdog_and_comes_back(installed: Machine) -> None:
    installed.until_ready(SERVER)
    before, media = installed.main_pid(SERVER), installed.main_pid(MEDIA)

    kill(installed, SERVER, signal.SIGSTOP)

    installed.until(lambda: installed.main_pid(SERVER) not in {0, before})
    installed.until_ready(SERVER)
    assert installed.main_pid(MEDIA) == media
    assert "Watchdog timeout" in installed.journal(f"--unit={SERVER}")
    with installed.network(), installed.client() as client:
        assert installed.answers(client)


def test_a_media_process_without_its_socket_is_ended_by_the_watchdog(installed: Machine) -> None:
    installed.until_ready(MEDIA)
    before = installed.main_pid(MEDIA)

    installed.run("rm", "/run/hearth-media/control.sock")

    installed.until(lambda: installed.main_pid(MEDIA) not in {0, before})
    installed.until_ready(MEDIA)
    assert "the control socket is gone" in installed.journal(f"--unit={MEDIA}")


def test_the_server_lives_through_the_death_of_the_media_process(installed: Machine) -> None:
    installed.until_ready(MEDIA)
    server, media = installed.main_pid(SERVER), installed.main_pid(MEDIA)
    greeting = ("SYSLOG_IDENTIFIER=hearth-sfu", "--grep=the server has connected")
    met = len(installed.entries(*greeting))

    kill(installed, MEDIA, signal.SIGKILL)

    with installed.network(), installed.client() as client:
        assert installed.answers(client)
    installed.until(lambda: installed.main_pid(MEDIA) not in {0, media})
    installed.until_ready(MEDIA)
    installed.until(lambda: len(installed.entries(*greeting)) > met)
    assert installed.main_pid(SERVER) == server


def test_the_server_starts_where_there_is_no_media_process(installed: Machine) -> None:
    installed.run("systemctl", "stop", MEDIA)
    try:
        installed.run("systemctl", "restart", SERVER)

        with installed.network(), installed.client() as client:
            assert installed.answers(client)
    finally:
        installed.run("systemctl", "start", MEDIA)


def test_a_reload_is_over_when_the_certificate_has_been_looked_at(installed: Machine) -> None:
    installed.until_ready(SERVER)
    before = installed.main_pid(SERVER)
    installed.run("rm", "/var/lib/hearth/tls/box.pem")

    installed.run("systemctl", "reload", SERVER)

    assert (installed.folder / "var/lib/hearth/tls/box.pem").exists()
    assert installed.main_pid(SERVER) == before


def test_a_second_start_finds_the_folder_made_and_everything_up(installed: Machine) -> None:
    installed.run("systemctl", "restart", "hearth.target")

    installed.until_ready(SERVER, MEDIA)
    # The condition was not met: there is nothing to make a second time.
    first = installed.show("hearth-firstboot.service")
    assert (first["ConditionResult"], first["Result"]) == ("no", "success")
