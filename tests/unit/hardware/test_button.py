"""A button that is held while the box starts."""

from pathlib import Path

import pytest

from hardware import button


def _state(*keys: int) -> bytes:
    bits = sum(1 << key for key in keys)
    return bits.to_bytes(96, "little")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "dev/input"
    folder.mkdir(parents=True)
    for name in ("event0", "event1", "mice"):
        (folder / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("key", sorted(button.KEYS))
def test_a_button_that_stays_down_is_held(root: Path, key: int) -> None:
    waited: list[float] = []

    held = button.is_held(root, lambda _: _state(key), waited.append)

    assert held
    assert sum(waited) == button.HOLD_SECONDS


def test_a_button_that_is_let_go_was_only_pressed(root: Path) -> None:
    looks = iter([_state(116)] * 5)

    assert not button.is_held(root, lambda _: next(looks, _state()), lambda _: None)


def test_without_a_finger_nobody_waits(root: Path) -> None:
    waited: list[float] = []

    assert not button.is_held(root, lambda _: _state(), waited.append)
    assert waited == []


def test_a_key_for_typing_is_no_button(root: Path) -> None:
    assert not button.is_held(root, lambda _: _state(30, 28), lambda _: None)


def test_what_does_not_answer_is_not_held(root: Path) -> None:
    assert not button.is_held(root)
    assert button.read(root / "dev/input/gone") == _state()


def test_only_what_gives_events_is_asked(root: Path) -> None:
    assert [device.name for device in button.devices(root)] == ["event0", "event1"]
