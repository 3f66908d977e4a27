"""How a Pi's firmware chooses a slot, as our harness plays it."""

from image import disk, firmware

WRITTEN = disk._AUTOBOOT


def test_what_the_image_says_starts_the_first_slot_and_tries_the_second() -> None:
    assert firmware.boot_partition(WRITTEN, trial=False) == 2
    assert firmware.boot_partition(WRITTEN, trial=True) == 3


def test_without_a_section_for_it_a_trial_starts_what_always_starts() -> None:
    assert firmware.boot_partition("[all]\nboot_partition=3\n", trial=True) == 3


def test_sections_may_come_in_any_order_and_hold_other_words() -> None:
    text = "[tryboot]\nboot_partition=2\n[all]\ntryboot_a_b=1\nboot_partition=3\n"

    assert firmware.boot_partition(text, trial=False) == 3
    assert firmware.boot_partition(text, trial=True) == 2
