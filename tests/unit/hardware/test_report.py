"""Every board that we have a copy of, read as a whole."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware import __main__ as command
from hardware import board, report
from tests.unit.hardware.boards import BOARDS, NAMES, copied, write

ROOT = Path(__file__).parents[3]


def without_space(encoded: bytes) -> Any:
    """How much room there is is asked of the machine that runs the test."""
    found = msgspec.json.decode(encoded)
    del found["storage"]["space"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_board_is_read_as_its_folder_says(name: str, tmp_path: Path) -> None:
    found = without_space(msgspec.json.encode(report.read(tmp_path, BOARDS / name)))

    expected = without_space((BOARDS / name / "report.json").read_bytes())
    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_report_has_no_serial_number_and_no_address_in_it(name: str, tmp_path: Path) -> None:
    tree = b"".join(file.read_bytes() for file in (BOARDS / name).rglob("*") if file.is_file()).lower()

    said = msgspec.json.encode(report.read(tmp_path, BOARDS / name)).lower()

    assert b"feedc0de" in tree  # every copy has a made-up one to be found
    assert b"feedc0de" not in said
    assert b"b8:27:eb" not in said


def test_a_radio_that_is_named_after_its_address_loses_it(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/net/wlx00c0caabcdef/phy80211/name", "phy1")

    [radio] = report.read(tmp_path, tmp_path).radios

    assert radio.interface == "wlx"


@pytest.mark.parametrize("name", sorted(board.profiles()))
def test_every_profile_has_a_board_to_try_it_on(name: str) -> None:
    assert name in {board.read(BOARDS / one).profile for one in NAMES}


def test_a_tree_with_nothing_in_it_is_an_unknown_board_and_no_error(tmp_path: Path) -> None:
    found = report.read(tmp_path, tmp_path)

    assert (found.board.profile, found.board.model) == ("generic", "Unknown board")
    assert (found.heat.celsius, found.power.under_voltage, found.storage.disk) == (None, None, None)
    assert (found.radios, found.leds, found.system.slot) == ((), (), None)


def test_a_file_that_exists_but_does_not_answer_is_like_none(tmp_path: Path) -> None:
    root = copied("pi4", tmp_path)
    sensor = root / "sys/class/thermal/thermal_zone0/temp"
    sensor.unlink()
    sensor.mkdir()  # reading it fails with EISDIR, as a sleeping sensor's does with EINVAL

    assert report.read(tmp_path, root).heat.celsius is None


def test_the_command_prints_one_json(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    status = command.main(["--root", str(BOARDS / "pi5"), "--data", str(tmp_path)])

    assert status == 0
    assert msgspec.json.decode(capsysbinary.readouterr().out, type=report.Report).board.profile == "pi5"


def test_this_very_machine_can_be_read_without_the_server(tmp_path: Path) -> None:
    script = (
        "import sys, hardware.report as report, pathlib\n"
        f"found = report.read(pathlib.Path({str(tmp_path)!r}))\n"
        "assert found.memory.total > 0 and found.board.cores > 0\n"
        "assert not {'appliance', 'litestar', 'asyncio'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
