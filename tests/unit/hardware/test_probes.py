"""What a single probe makes of what a board may say, beyond the copied boards as they are."""

import signal
import threading
from pathlib import Path

import pytest

from hardware import board, leds, memory, power, processor, radio, storage, thermal
from hardware.leds import Leds, State, showing
from tests.unit.hardware.boards import BOARDS, copied, write

GENERIC = board.profiles()["generic"]
PI = board.profiles()["pi4"]
FLAGS = "sys/devices/platform/soc/soc:firmware/get_throttled"


# What board it is


def test_the_closest_name_in_the_device_tree_decides(tmp_path: Path) -> None:
    write(tmp_path, "proc/device-tree/compatible", "raspberrypi,500\0brcm,bcm2712\0")

    assert board.read(tmp_path).profile == "pi5"


def test_a_maker_who_forgot_his_name_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/dmi/id/sys_vendor", "To Be Filled By O.E.M.\n")
    write(tmp_path, "sys/class/dmi/id/product_name", "NUC11\n")

    assert board.read(tmp_path).model == "NUC11"


# Heat


def test_a_limit_that_is_the_temperature_of_the_room_is_not_believed(tmp_path: Path) -> None:
    root = copied("pc", tmp_path)

    assert thermal.read(GENERIC, root) == thermal.Heat(62.0, 95.0)


def test_a_board_that_names_a_lower_limit_is_believed(tmp_path: Path) -> None:
    root = copied("pc", tmp_path)
    write(root, "sys/class/hwmon/hwmon0/temp1_crit", "85000\n")

    assert thermal.read(GENERIC, root).slows_down_celsius == 85.0


def test_the_heat_of_a_disk_is_not_the_boards(tmp_path: Path) -> None:
    root = copied("pi5", tmp_path)
    write(root, "sys/class/hwmon/hwmon2/temp1_input", "99000\n")

    assert thermal.read(PI, root).celsius == 55.25


# Power


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("0", power.Power(False, False, False, False)),
        ("50005", power.Power(True, True, True, True)),
        ("50000", power.Power(False, True, False, True)),
        ("80008", power.Power(False, False, False, False)),
        ("20002", power.Power(False, False, True, True)),
    ],
)
def test_the_firmwares_flags_say_now_and_since_boot(
    tmp_path: Path, flags: str, expected: power.Power
) -> None:
    write(tmp_path, FLAGS, flags + "\n")

    assert power.read(tmp_path) == expected


@pytest.mark.parametrize(("alarm", "expected"), [("1", True), ("0", False), ("", None)])
def test_without_flags_the_sensor_says_only_now(tmp_path: Path, alarm: str, expected: bool | None) -> None:
    write(tmp_path, "sys/class/hwmon/hwmon3/name", "rpi_volt\n")
    write(tmp_path, "sys/class/hwmon/hwmon3/in0_lcrit_alarm", alarm)

    assert power.read(tmp_path) == power.Power(under_voltage=expected)


def test_flags_that_are_no_number_are_as_good_as_none(tmp_path: Path) -> None:
    write(tmp_path, FLAGS, "error\n")

    assert power.read(tmp_path) == power.Power()


# Memory and processor


def test_memory_is_counted_in_bytes() -> None:
    assert memory.read(BOARDS / "pi3") == memory.Memory(931164 * 1024, 412380 * 1024)


def test_how_busy_the_processor_was_lies_between_two_looks(tmp_path: Path) -> None:
    write(tmp_path, "proc/stat", "cpu 100 0 50 800 50 0 0 0 0 0\n")
    before = processor.look(tmp_path)
    write(tmp_path, "proc/stat", "cpu 120 0 60 850 70 0 0 0 0 0\n")

    assert processor.percent(before, processor.look(tmp_path)) == 30.0
    assert processor.percent(before, before) is None


# Storage


def mounted(root: Path, lines: list[str]) -> None:
    write(root, "proc/self/mountinfo", "\n".join(lines) + "\n")


def test_the_innermost_mount_is_the_one_that_counts(tmp_path: Path) -> None:
    root, data = copied("pi5", tmp_path), tmp_path / "my data"
    data.mkdir()
    for name, text in {"dev": "8:1", "partition": "1"}.items():
        write(root, f"sys/block/sda/sda1/{name}", text)
    write(root, "sys/block/sda/device/model", "Portable\n")
    write(root, "sys/block/sda/queue/rotational", "1\n")
    point = str(data).replace(" ", "\\040")
    mounted(
        root, ["27 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw", f"90 27 8:1 / {point} rw - ext4 /dev/sda1 rw"]
    )

    disk = storage.read(data, root).disk

    assert disk
    assert (disk.kind, disk.model) == ("hdd", "Portable")


def test_what_was_mounted_last_on_a_folder_covers_the_rest(tmp_path: Path) -> None:
    mounted(tmp_path, ["1 0 0:1 / / rw - tmpfs one rw", "2 1 0:2 / / rw - overlay two rw"])

    assert storage.read(tmp_path, tmp_path).file_system == "overlay"


@pytest.mark.parametrize(
    ("kind", "kept"), [("ext4", True), ("overlay", True), ("tmpfs", False), ("ramfs", False)]
)
def test_what_lies_in_memory_is_not_kept(tmp_path: Path, kind: str, kept: bool) -> None:
    mounted(tmp_path, [f"1 0 0:1 / / rw - {kind} one rw"])

    assert storage.keeps(tmp_path, tmp_path) is kept


def test_of_a_folder_on_nothing_that_is_known_it_is_not_said_that_it_is_lost(tmp_path: Path) -> None:
    assert storage.keeps(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("options", "expected"), [("rw - ext4 d rw", False), ("ro - ext4 d rw", True), ("rw - ext4 d ro,x", True)]
)
def test_a_file_system_made_read_only_after_errors_is_noticed(
    tmp_path: Path, options: str, expected: bool
) -> None:
    mounted(tmp_path, [f"1 0 8:1 / / {options}"])

    assert storage.read(tmp_path, tmp_path).read_only is expected


def test_a_logical_volume_leads_to_the_disk_that_holds_it(tmp_path: Path) -> None:
    root = copied("pi5", tmp_path)
    write(root, "sys/block/dm-0/dev", "254:0\n")
    write(root, "sys/block/dm-0/slaves/nvme0n1p2/dev", "259:2\n")
    mounted(root, ["1 0 254:0 / / rw - ext4 /dev/mapper/data rw"])

    disk = storage.read(tmp_path, root).disk

    assert disk
    assert disk.kind == "nvme"


def test_a_file_system_without_a_device_number_is_found_by_its_source(tmp_path: Path) -> None:
    root = copied("pi5", tmp_path)
    mounted(root, ["1 0 0:33 / / rw - btrfs /dev/nvme0n1p2 rw"])

    disk = storage.read(tmp_path, root).disk

    assert disk
    assert disk.kind == "nvme"


@pytest.mark.parametrize(
    ("life", "expected"), [("0x01 0x01", 10), ("0x03 0x0b", 110), ("0x00 0x00", None), ("", None)]
)
def test_of_two_kinds_of_cells_the_worse_one_counts(tmp_path: Path, life: str, expected: int | None) -> None:
    root = copied("pc", tmp_path)
    write(root, "sys/block/mmcblk0/device/life_time", life + "\n")

    disk = storage.read(tmp_path, root).disk

    assert disk
    assert disk.life_used_percent == expected


def test_a_disk_on_usb_is_known_by_where_it_hangs(tmp_path: Path) -> None:
    real = "sys/devices/pci0000:00/usb1/1-1/host0/block/sda"
    write(tmp_path, f"{real}/dev", "8:0\n")
    (tmp_path / "sys/block").mkdir()
    (tmp_path / "sys/block/sda").symlink_to(tmp_path / real)
    mounted(tmp_path, ["1 0 8:0 / / rw - ext4 /dev/sda rw"])

    disk = storage.read(tmp_path, tmp_path).disk

    assert disk
    assert disk.kind == "usb"


# Radios


def test_channels_that_are_switched_off_make_no_band(tmp_path: Path) -> None:
    root = copied("pi4", tmp_path)
    words = (root / "iw-phy.txt").read_text()
    for channel in ("5180.0 MHz [36]", "5260.0 MHz [52]", "5745.0 MHz [149]"):
        words = words.replace(f"{channel} (20.0 dBm)", f"{channel} (disabled)")
    write(root, "iw-phy.txt", words)

    assert radio.read(root)[0].bands == ("2.4 GHz",)


@pytest.mark.parametrize(
    ("combination", "expected"),
    [
        ("#{ managed } <= 1, #{ AP, P2P-GO } <= 1,\n\t\t   total <= 2, #channels <= 1", True),
        ("#{ managed, AP } <= 2,\n\t\t   total <= 2, #channels <= 1", True),
        ("#{ managed, AP } <= 1,\n\t\t   total <= 2, #channels <= 1", False),
        ("#{ managed } <= 1, #{ AP } <= 1,\n\t\t   total <= 1, #channels <= 1", False),
        ("#{ managed } <= 2, #{ P2P-GO } <= 1,\n\t\t   total <= 3, #channels <= 1", False),
    ],
)
def test_joining_and_sharing_at_once_is_read_from_the_combinations(
    tmp_path: Path, combination: str, expected: bool
) -> None:
    write(tmp_path, "sys/class/net/wlan0/phy80211/name", "phy3")
    write(
        tmp_path,
        "iw-phy.txt",
        "Wiphy phy3\n\tSupported interface modes:\n\t\t * managed\n\t\t * AP\n"
        f"\tvalid interface combinations:\n\t\t * {combination}\n\tDevice supports scan flush.\n",
    )

    [found] = radio.read(tmp_path)

    assert (found.can_share, found.can_join_and_share) == (True, expected)


def test_where_nobody_can_be_asked_nothing_is_claimed(tmp_path: Path) -> None:
    root = copied("pi3", tmp_path)
    (root / "iw-phy.txt").unlink()

    [found] = radio.read(root)

    assert (found.driver, found.bands, found.can_share) == ("brcmfmac", None, None)


# Lights


def shown(root: Path, led: str) -> str:
    return (root / "sys/class/leds" / led / "trigger").read_text()


def test_lights_show_a_state_and_are_given_back(tmp_path: Path) -> None:
    root = copied("pi4", tmp_path)

    with showing(State.SETUP, PI, root) as leds:
        assert (shown(root, "ACT"), shown(root, "PWR")) == ("timer", "default-on")
        assert (root / "sys/class/leds/ACT/delay_on").read_text() == "1000"
        leds.show(State.TROUBLE)
        assert (shown(root, "ACT"), shown(root, "PWR")) == ("timer", "none")
        assert (root / "sys/class/leds/ACT/delay_on").read_text() == "150"

    assert (shown(root, "ACT"), shown(root, "PWR")) == ("mmc0", "default-on")


def test_a_light_that_was_simply_on_is_on_again(tmp_path: Path) -> None:
    root = copied("pi4", tmp_path)
    write(root, "sys/class/leds/ACT/trigger", "[none] timer mmc0\n")
    write(root, "sys/class/leds/ACT/brightness", "255\n")

    with showing(State.BOOTING, PI, root):
        assert shown(root, "ACT") == "heartbeat"

    assert (shown(root, "ACT"), (root / "sys/class/leds/ACT/brightness").read_text()) == ("none", "255")


def test_an_older_kernels_names_for_the_lights_are_known(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/leds/led0/trigger", "none [mmc0]\n")

    Leds(PI, tmp_path).show(State.READY)

    assert shown(tmp_path, "led0") == "default-on"


def test_a_board_without_lights_is_silent(tmp_path: Path) -> None:
    with showing(State.TROUBLE, GENERIC, tmp_path):
        assert not (tmp_path / "sys").exists()


def test_the_command_for_the_lights_ends_when_it_is_told_to() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # waits until somebody asks for it

    try:
        leds.main(["setup"])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_a_state_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="disco"):
        leds.main(["disco"])


def test_a_state_can_be_left_to_the_kernel() -> None:
    leds.main(["ready", "--leave"])
