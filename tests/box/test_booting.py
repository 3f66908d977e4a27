"""A Debian that boots with Hearth on it: every unit is up, and none may do more than it must."""

import json
import stat

import pytest

from tests.box import ROOT
from tests.box.machine import UNITS, Machine

PROCESSES = UNITS[:2]
FILES = sorted(file.name for file in (ROOT / "systemd/system").iterdir() if file.is_file())
SERVICES = [name for name in FILES if name.endswith(".service")]
_IMPORT_ALL = """
import importlib, pkgutil
import appliance, hardware
for package in (appliance, hardware):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


def instance(unit: str) -> str:
    """A template's name with something in it."""
    return unit.replace("@.", "@DE.")


@pytest.mark.parametrize("unit", [*UNITS, "hearth.target"])
def test_every_unit_is_up_after_the_boot(installed: Machine, unit: str) -> None:
    shown = installed.show(unit)

    assert shown["ActiveState"] == "active"
    assert shown.get("Result", "success") == "success"


def test_nothing_had_to_be_left_out_of_the_boot_for_a_loop(installed: Machine) -> None:
    assert installed.try_run("journalctl", "--no-pager", "--grep=ordering cycle").stdout.count("\n") <= 1
    assert "hearth-server.service" in installed.run("systemctl", "list-dependencies", "hearth.target")


def test_the_first_boot_made_a_folder_that_others_may_not_read(installed: Machine) -> None:
    found = (installed.folder / "var/lib/hearth").stat()

    assert stat.S_IMODE(found.st_mode) == 0o710
    assert str(found.st_uid) == installed.run("id", "-u", "hearth").strip()


def test_the_portal_is_there_and_off(installed: Machine) -> None:
    assert installed.try_run("systemctl", "is-enabled", "hearth-portal.service").stdout.strip() == "disabled"
    assert installed.show("hearth-portal.service")["ActiveState"] == "inactive"


@pytest.mark.parametrize("unit", PROCESSES)
def test_no_process_of_ours_is_root_or_may_become_it(installed: Machine, unit: str) -> None:
    status = installed.run("cat", f"/proc/{installed.main_pid(unit)}/status")

    fields = dict(line.partition(":\t")[::2] for line in status.splitlines())
    assert set(fields["Uid"].split()) == {installed.run("id", "-u", installed.show(unit)["User"]).strip()}
    assert fields["Uid"].split()[0] != "0"
    assert fields["NoNewPrivs"] == "1"


@pytest.mark.parametrize("unit", SERVICES)
def test_no_unit_of_ours_would_run_as_root(installed: Machine, unit: str) -> None:
    shown = installed.show(instance(unit))

    assert shown.get("User") in {"hearth", "hearth-media"} or shown["DynamicUser"] == "yes"


def test_whoever_sets_the_country_may_change_the_network_without_being_root(installed: Machine) -> None:
    # No radio is here; an address needs the same right of the same kernel.
    drop_in = "[Service]\nExecStart=\nExecStart=/usr/sbin/ip address add 192.0.2.1/32 dev lo\n"
    installed.run("systemctl", "edit", "--runtime", "--stdin", "hearth-country@DE.service", stdin=drop_in)

    installed.run("systemctl", "start", "hearth-country@DE.service")

    assert "192.0.2.1/32" in installed.run("ip", "address", "show", "dev", "lo")
    installed.run("ip", "address", "delete", "192.0.2.1/32", "dev", "lo")


@pytest.mark.parametrize("unit", FILES)
def test_a_unit_is_written_as_systemd_wants_it(installed: Machine, unit: str) -> None:
    assert installed.run("systemd-analyze", "verify", f"/usr/lib/systemd/system/{unit}") == ""


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_may_do_little_more_than_it_must(installed: Machine, unit: str) -> None:
    file = f"/usr/lib/systemd/system/{unit}"

    # In tenths: an exposure of more than 2.0 fails.
    installed.run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", file)


def test_the_page_is_served_on_the_ports_of_the_web(installed: Machine) -> None:
    with installed.network(), installed.client() as client:
        page = client.get("/")
        plain = client.get("http://127.0.0.1/")

    assert '<div id="app">' in page.text
    assert "Open Hearth" in plain.text


@pytest.mark.parametrize("unit", PROCESSES)
def test_what_a_unit_says_of_itself_is_the_last_look_at_its_health(installed: Machine, unit: str) -> None:
    shown = installed.show(unit)

    assert shown["StatusText"]
    assert shown["WatchdogUSec"] not in {"0", "infinity"}


@pytest.mark.parametrize("name", ["hearth-server", "hearth-sfu"])
def test_a_line_in_the_journal_says_where_it_comes_from(installed: Machine, name: str) -> None:
    entries = installed.entries(f"SYSLOG_IDENTIFIER={name}")

    assert entries
    assert [json.dumps(one) for one in entries if not one["LOGGER"].startswith("appliance")] == []
    assert all(one["CODE_FILE"].endswith(".py") and one["CODE_LINE"] for one in entries)


def test_every_module_of_ours_is_imported_from_what_the_package_brings(installed: Machine) -> None:
    site = installed.folder / "opt/hearth/lib/python3.13/site-packages"
    left_out = [name.replace("-", "_") for name in (ROOT / "image/deb/left-out.txt").read_text().split()]

    installed.run("/opt/hearth/bin/python", "-I", "-c", _IMPORT_ALL)

    assert [name for name in left_out if list(site.glob(f"{name}-*.dist-info"))] == []
