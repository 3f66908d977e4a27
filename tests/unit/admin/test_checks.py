"""Each check, on either side of what it looks for."""

import pytest

from appliance.admin import formats, verdict
from appliance.admin.facts import Authority, Facts
from appliance.ids import Millis
from appliance.storage.trouble import Trouble
from hardware.memory import Memory
from hardware.power import Power
from hardware.processor import Look
from hardware.storage import Space
from hardware.system import System
from hardware.thermal import Heat
from tests.unit.admin.facts import AT, DAY_MS, WELL, disk, facts, storage


def space(free_percent: float) -> Facts:
    return storage(space=Space(total=100_000_000_000, free=int(free_percent * 1_000_000_000)))


def clock(uptime: int, *, is_set: bool | None) -> Facts:
    return facts(system=System(uptime_seconds=uptime, slot=None, clock_is_set=is_set))


def certificate(days: float) -> Facts:
    return facts(certificate_ends=Millis(AT + round(days * DAY_MS)))


def authority(begins: float, ends: float, replaced: str | None = None) -> Facts:
    return facts(
        authority=Authority(Millis(AT + round(begins * DAY_MS)), Millis(AT + round(ends * DAY_MS)), replaced)
    )


PROBLEMS = [
    ("authority", authority(1.5, 3651), "authority_early", "serious"),
    ("authority", authority(-29.9, 3620, "clock"), "authority_replaced", "warning"),
    ("authority", authority(0, 3650, "age"), "authority_replaced", "warning"),
    ("authority", authority(0, 3650, "damage"), "authority_replaced", "warning"),
    ("authority", authority(-3600, 59), "authority_ends", "warning"),
    ("authority", authority(-3700, -1), "authority_ends", "warning"),
    ("database", facts(trouble=Trouble.DAMAGED), "database_damaged", "serious"),
    ("database", facts(trouble=Trouble.GONE), "database_gone", "serious"),
    ("database", facts(trouble=Trouble.NEWER), "database_newer", "serious"),
    ("database", facts(trouble=Trouble.FULL), "database_no_room", "serious"),
    ("database", facts(trouble=Trouble.PROTECTED), "database_protected", "serious"),
    ("repairs", facts(repaired=("box.pem",)), "keys_repaired", "warning"),
    ("temperature", facts(heat=Heat(75.0, 80.0)), "nearly_too_hot", "warning"),
    ("temperature", facts(heat=Heat(80.0, 80.0)), "too_hot", "serious"),
    ("undervoltage", facts(power=Power(True, True, True, True)), "under_voltage", "serious"),
    ("undervoltage", facts(power=Power(under_voltage=True)), "under_voltage", "serious"),
    ("undervoltage", facts(power=Power(False, True, False, True)), "under_voltage_before", "warning"),
    ("disk_space", space(10), "disk_filling", "warning"),
    ("disk_space", space(3), "disk_full", "serious"),
    ("disk_errors", facts(storage=None), "disk_gone", "serious"),
    ("disk_errors", storage(read_only=True, errors=3), "disk_read_only", "serious"),
    ("disk_errors", storage(errors=1), "disk_errors", "warning"),
    ("keeping", storage(file_system="tmpfs"), "nothing_kept", "serious"),
    ("storage_wear", disk(life_used_percent=90), "storage_worn", "warning"),
    ("storage_wear", disk(life_used_percent=None, spare_blocks="warning"), "storage_worn", "warning"),
    ("storage_wear", disk(life_used_percent=110), "storage_worn_out", "serious"),
    ("storage_wear", disk(spare_blocks="urgent"), "storage_worn_out", "serious"),
    ("memory", facts(memory=Memory(1_000_000_000, 79_000_000)), "memory_short", "warning"),
    ("memory", facts(memory=Memory(1_000_000_000, 39_000_000)), "memory_short", "serious"),
    ("clock", clock(300, is_set=False), "clock_not_set", "warning"),
    ("media_process", facts(calls_ready=False), "calls_down", "serious"),
    ("certificate", certificate(13.5), "certificate_ends", "warning"),
    ("certificate", certificate(0), "certificate_over", "serious"),
]
FINE = [
    ("authority", authority(-30, 3620, "clock")),
    ("authority", authority(-3590, 60)),
    ("authority", authority(0.9, 3650)),
    ("temperature", facts(heat=Heat(74.9, 80.0))),
    ("disk_space", space(10.1)),
    ("memory", facts(memory=Memory(1_000_000_000, 80_000_000))),
    ("storage_wear", disk(life_used_percent=80)),
    ("certificate", certificate(14)),
]
# What is only told when it is wrong: a page that can be read says the rest.
ONLY_WHEN_WRONG = {"database", "repairs"}
# This board cannot tell, so there is neither a problem nor a row.
UNKNOWN = [
    ("authority", facts(authority=None)),
    ("database", WELL),
    ("repairs", WELL),
    ("temperature", facts(heat=Heat(None, 80.0))),
    ("undervoltage", facts(power=Power())),
    ("disk_space", facts(storage=None)),
    ("disk_errors", storage(errors=None)),
    ("keeping", storage(file_system=None)),
    ("storage_wear", storage(disk=None)),
    ("storage_wear", disk(life_used_percent=None, spare_blocks=None)),
    ("memory", facts(memory=Memory(0, 0))),
    ("clock", clock(9000, is_set=None)),
    ("clock", clock(299, is_set=False)),
    ("media_process", facts(calls_ready=False, running_seconds=14.9)),
    ("certificate", facts(certificate_ends=None)),
]


def named(value: object) -> str | None:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("check", "seen", "key", "severity"), PROBLEMS, ids=named)
def test_a_problem_is_found_and_says_what_to_do(check: str, seen: Facts, key: str, severity: str) -> None:
    found = verdict.problems(seen)

    assert {name: (one.key, one.severity) for name, one in found.items()} == {check: (key, severity)}
    assert found[check].facts.keys() == verdict.row_facts()[key]
    for sentence in (found[check].sentence, found[check].fix):
        assert not sentence[0].islower()
        assert sentence.endswith(".")
        assert "{" not in sentence


@pytest.mark.parametrize(("check", "seen"), FINE, ids=named)
def test_just_before_its_limit_a_check_is_content(check: str, seen: Facts) -> None:
    [row] = [row for row in verdict.health(seen, Look(0, 0)).rows if row.check == check]

    assert (row.state, row.key) == ("good", check)
    assert row.sentence.endswith(".")
    assert row.facts.keys() == verdict.row_facts()[row.key]


@pytest.mark.parametrize(("check", "seen"), UNKNOWN, ids=named)
def test_what_cannot_be_known_is_not_claimed(check: str, seen: Facts) -> None:
    assert check not in {row.check for row in verdict.health(seen, Look(0, 0)).rows}


def test_every_check_is_tried_here() -> None:
    assert set(verdict.all_checks()) == {check for check, *_ in PROBLEMS} == {check for check, _ in UNKNOWN}


def test_every_key_that_clients_translate_is_one_of_a_row() -> None:
    well = {row.key for row in verdict.health(WELL, Look(0, 0)).rows}

    assert verdict.row_facts().keys() == {key for _, _, key, _ in PROBLEMS} | well | {"undervoltage_now"}


def test_where_all_is_well_the_verdict_says_so() -> None:
    seen = verdict.health(WELL, Look(busy=10, total=500))

    assert (seen.verdict, seen.problems, len(seen.rows)) == (
        "good",
        0,
        len(verdict.all_checks().keys() - ONLY_WHEN_WRONG),
    )
    assert (seen.board, seen.slot, seen.uptime_seconds) == ("Raspberry Pi 4 Model B Rev 1.4", "A", 90_000)
    assert seen.numbers.processor_percent == 18.0
    assert (seen.numbers.storage_used, seen.numbers.storage_total) == (24_000_000_000, 64_000_000_000)


def test_the_verdict_is_that_of_the_worst_row_which_stands_first() -> None:
    seen = verdict.health(facts(calls_ready=False, heat=Heat(77.0, 80.0)), Look(0, 0))

    assert (seen.verdict, seen.problems) == ("serious", 2)
    assert [row.state for row in seen.rows[:3]] == ["serious", "warning", "good"]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(127_865_454_592, "128 GB"), (1_938_333_696, "1.9 GB"), (422_277_120, "422 MB"), (9_950_000_000, "10 GB"),
     (4_000_000_000_000, "4.0 TB"), (12, "less than 1 MB")],
)  # fmt: skip
def test_sizes_read_as_shops_sell_them(amount: int, expected: str) -> None:
    assert formats.size(amount) == expected
