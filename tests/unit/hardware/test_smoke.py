"""A board on which everything is as it should be, and then one thing after another that is not."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import override

import msgspec
import pytest

from hardware.smoke import __main__ as smoke
from hardware.smoke import parts, services
from hardware.smoke.finding import Finding, Machine, Outcome, machine
from tests.unit.hardware.boards import BOARDS, copied, write

ROOT = Path(__file__).parents[3]
CARD_SECTORS, DATA_START = 62333952, 8404992
PARTITIONS = ["bootconfig", "boot_a", "boot_b", "system_a", "system_b", "data"]
MOUNTS = (
    "22 1 0:20 / / rw - overlay overlayroot rw\n"
    "23 22 7:0 / /media/root-ro ro - squashfs /dev/mmcblk0p4 ro\n"
    "24 22 179:6 / /data rw,noatime - ext4 /dev/mmcblk0p6 rw\n"
)
UDP = "  sl  local_address rem_address\n  12: 00000000:20FB 00000000:0000 07 00000000:00000000\n"
# What needs more than a tree of files, and has tests of its own.
ELSEWHERE = {"H.264 encoder", "units", "page"}


def good_board(folder: Path) -> Path:
    """A Pi 4 on our image, in good health, with Hearth running."""
    root = copied("pi4", folder)
    write(root, "proc/self/mountinfo", MOUNTS)
    write(root, "proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 970748 0 100\n")
    write(root, "proc/net/udp", UDP)
    write(root, "sys/block/mmcblk0/size", f"{CARD_SECTORS}\n")
    for number, name in enumerate(PARTITIONS, 1):
        write(root, f"sys/block/mmcblk0/mmcblk0p{number}/dev", f"179:{number}\n")
        write(
            root, f"sys/block/mmcblk0/mmcblk0p{number}/uevent", f"DEVNAME=mmcblk0p{number}\nPARTNAME={name}\n"
        )
    data = "sys/block/mmcblk0/mmcblk0p6"
    write(root, f"{data}/start", f"{DATA_START}\n")
    write(root, f"{data}/size", f"{CARD_SECTORS - DATA_START - 34}\n")
    for name, text in {
        "identity": "Broadcom BCM2835 Watchdog timer",
        "state": "active",
        "timeout": "15",
    }.items():
        write(root, f"sys/class/watchdog/watchdog0/{name}", text)
    process(root, 700, "python\0-I\0-m\0appliance\0server", "83000 kB")
    process(root, 701, "python\0-I\0-m\0appliance.sfu\0--socket\0/run/x", "61000 kB")
    process(root, 702, "bash\0-l", None)
    return root


def process(root: Path, number: int, command: str, pss: str | None) -> None:
    write(root, f"proc/{number}/cmdline", command + "\0")
    if pss:
        write(root, f"proc/{number}/smaps_rollup", f"Rss: 99 kB\nPss: {pss}\n")


def looked_at(root: Path) -> dict[str, Finding]:
    found = smoke.run(machine(root, Path("/"), root / "etc/hearth/hearth.toml")).findings
    return {name: one for name, one in found.items() if name not in ELSEWHERE}


def failing(root: Path) -> dict[str, str]:
    return {name: one.words for name, one in looked_at(root).items() if one.outcome is Outcome.FAILS}


def test_a_good_board_passes_every_check(tmp_path: Path) -> None:
    found = looked_at(good_board(tmp_path))

    assert {name: one.words for name, one in found.items() if one.outcome is not Outcome.WORKS} == {}
    assert found["data partition"].words == "mmcblk0p6: 27611 of the card's 31914 MB"
    assert found["memory"].words.startswith("server (700) 84 MB, media (701) 62 MB")


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        write(root, name, text.replace(old, new))

    return change


def removed(pattern: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        for file in sorted(root.glob(pattern)):
            file.unlink()

    return change


FLAGS = "sys/devices/platform/soc/soc:firmware/get_throttled"


@pytest.mark.parametrize(
    ("check", "change", "words"),
    [
        ("temperature", lambda root: write(root, "sys/class/thermal/thermal_zone0/temp", "81000"), "81.0 °C"),
        ("temperature", removed("sys/class/*/*/temp*"), "no sensor answers"),
        ("power supply", lambda root: write(root, FLAGS, "50000"), "the voltage was too low since the start"),
        ("radio", removed("iw-phy.txt"), "nobody to ask"),
        ("radio", replaced("iw-phy.txt", "\t\t * AP\n", ""), "opens no network"),
        ("hardware watchdog", lambda root: write(root, "sys/class/watchdog/watchdog0/state", "inactive"), "nobody feeds"),
        ("hardware watchdog", removed("sys/class/watchdog/watchdog0/*"), "state unknown"),
        ("read-only system", replaced("proc/self/mountinfo", "overlay overlayroot", "ext4 /dev/mmcblk0p4"), "ext4"),
        ("slots", replaced("sys/block/mmcblk0/mmcblk0p5/uevent", "system_b", "other"), "there is no system_b"),
        ("data partition", lambda root: write(root, "sys/block/mmcblk0/mmcblk0p6/size", "524288"), "are unused"),
        ("data partition", replaced("proc/self/mountinfo", " /data ", " /mnt "), "no /data"),
        ("data partition", replaced("proc/self/mountinfo", "179:6", "0:44"), "which is no partition"),
        ("zram", lambda root: write(root, "proc/swaps", "Filename Type Size Used Priority\n"), "no compressed swap"),
        ("calls", replaced("proc/net/udp", "20FB", "20FC"), "nobody listens on UDP 8443"),
        ("memory", lambda root: process(root, 700, "python\0-m\0appliance\0server", "190000 kB"), "more than the goal"),
        ("memory", removed("proc/70*/cmdline"), "no process of Hearth"),
        ("memory", removed("proc/70*/smaps_rollup"), "for root to read"),
        ("lights", removed("sys/class/leds/*/trigger"), "may not be switched"),
    ],
)  # fmt: skip
def test_one_thing_that_is_wrong_fails_one_check(
    tmp_path: Path, check: str, change: Callable[[Path], None], words: str
) -> None:
    root = good_board(tmp_path)

    change(root)

    found = failing(root)
    assert list(found) == [check]
    assert words in found[check]


def test_what_need_not_be_there_is_no_failure() -> None:
    assert failing(BOARDS / "pc") == {}


def test_a_raspberry_pi_that_no_profile_knows_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "proc/device-tree/compatible", "raspberrypi,9-model-b\0brcm,bcm2799\0")

    assert list(failing(tmp_path)) == ["board"]


def test_a_pi_3_has_one_slot_and_no_names(tmp_path: Path) -> None:
    root = good_board(tmp_path)
    write(root, "proc/device-tree/compatible", "raspberrypi,3-model-b\0brcm,bcm2837\0")
    removed("sys/block/mmcblk0/*/uevent")(root)

    assert failing(root) == {}


def test_lights_that_do_not_blink_are_noticed(tmp_path: Path) -> None:
    root = good_board(tmp_path)
    light = root / "sys/class/leds/ACT/trigger"
    light.unlink()
    light.symlink_to("/dev/null")  # takes what is written, and does nothing

    found = parts.lights(machine(root))

    assert (found.outcome, "did not take" in found.words) == (Outcome.FAILS, True)


def test_a_part_that_refuses_to_be_asked_is_a_finding_and_the_others_go_on(tmp_path: Path) -> None:
    root = good_board(tmp_path)
    (
        root / "sys/class/leds/ACT/delay_on"
    ).mkdir()  # cannot be written, as where the kernel has no such trigger

    found = failing(root)

    assert list(found) == ["lights"]
    assert "cannot be asked" in found["lights"]


def test_on_a_board_with_an_encoder_none_is_a_failure() -> None:
    here = machine()

    found = parts.encoder(msgspec.structs.replace(here, profile="pi4"))

    assert found.outcome is Outcome.FAILS
    assert found.words


# Units and the page

UNIT = "Id={}\nLoadState=loaded\nActiveState=active\nWatchdogUSec={}\nNRestarts=0\n"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (UNIT.format("hearth-server.service", "30s") + "\n" + UNIT.format("hearth-sfu.service", "15s"), Outcome.WORKS),
        (UNIT.format("hearth-server.service", "0") + "\n" + UNIT.format("hearth-sfu.service", "15s"), Outcome.FAILS),
        (UNIT.format("hearth-server.service", "30s").replace("active", "failed"), Outcome.FAILS),
        ("Id=hearth-server.service\nLoadState=not-found\nActiveState=inactive\n", Outcome.ABSENT),
    ],
)  # fmt: skip
def test_units_have_to_run_and_to_be_watched(told: str, outcome: Outcome) -> None:
    assert services._judged(told, machine(BOARDS / "pc")).outcome is outcome


class Page(BaseHTTPRequestHandler):
    title = "Hearth"

    def do_GET(self) -> None:
        body = f"<html><title>{self.title}</title>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def at(page: str) -> Machine:
    return machine(BOARDS / "pc", page=page)


def test_the_page_has_to_be_hearths(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert services.page(at(address)).outcome is Outcome.WORKS

    monkeypatch.setattr(Page, "title", "Router")
    assert services.page(at(address)).outcome is Outcome.FAILS


def test_a_page_that_was_named_has_to_answer() -> None:
    assert services.page(at("https://127.0.0.1:1/")).outcome is Outcome.FAILS


# The command


def test_the_command_prints_a_table_and_one_json_and_says_by_its_status_whether_all_is_well(
    tmp_path: Path,
) -> None:
    root = good_board(tmp_path)
    write(root, "proc/swaps", "Filename\n")

    ran = subprocess.run(
        [sys.executable, "-m", "hardware.smoke", "--root", str(root), "--data", str(tmp_path)],
        capture_output=True, cwd=ROOT, check=False,
    )  # fmt: skip

    result = msgspec.json.decode(ran.stdout, type=smoke.Result)
    assert (ran.returncode, result.profile) == (1, "pi4")
    assert result.findings["zram"] == Finding(Outcome.FAILS, "no compressed swap")
    assert list(result.findings) == list(smoke.CHECKS)
    assert f"{result.failed} of {len(smoke.CHECKS)} fail" in ran.stderr.decode()


def test_a_machine_that_is_no_board_passes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    settings = tmp_path / "hearth.toml"
    settings.write_text("https_port = 1\nmedia_port = 1\n")

    status = smoke.main(["--root", str(BOARDS / "pc"), "--data", str(tmp_path), "--settings", str(settings)])

    assert status == 0
    assert "0 of 16 fail" in capsys.readouterr().err
