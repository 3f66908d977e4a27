"""The board itself: what it is, heat, power, video, radio, lights, storage and its watchdog."""

import os

from hardware import board, codecs, power, radio, storage, thermal, tree
from hardware.leds import State, showing
from hardware.smoke.finding import Finding, Machine, fails, missing, works
from hardware.tree import REAL

# The only boards with an H.264 encoder, and only under Raspberry Pi's own kernel.
_ENCODING = {"pi3", "pi4"}


def what(machine: Machine) -> Finding:
    """A Raspberry Pi without a profile would be taken for any PC."""
    found = board.read(machine.root)
    words = f"{found.model}: profile {found.profile}, {found.architecture}, {found.cores} cores"
    is_pi = any(name.startswith("raspberrypi,") for name in found.compatible)
    if machine.is_board:
        return works(words)
    return missing(words, expected=is_pi)


def temperature(machine: Machine) -> Finding:
    """A figure that can be true, and below the one from which on the board slows down."""
    heat = thermal.read(board.profiles()[machine.profile], machine.root)
    if heat.celsius is None:
        return missing("no sensor answers", expected=machine.is_board)
    words = f"{heat.celsius:.1f} °C, slows down from {heat.slows_down_celsius:.0f} °C on"
    return works(words) if heat.celsius < heat.slows_down_celsius else fails(words)


def supply(machine: Machine) -> Finding:
    """The firmware's flags, or a kernel's sensor."""
    found = power.read(machine.root)
    if found.under_voltage is None:
        return missing("nothing tells of the voltage", expected=machine.is_board)
    flags = {
        "the voltage is too low": found.under_voltage,
        "the voltage was too low since the start": found.under_voltage_since_boot,
        "slowed down": found.slowed_down,
        "slowed down since the start": found.slowed_down_since_boot,
    }
    wrong = [words for words, flag in flags.items() if flag]
    unknown = "" if found.slowed_down is not None else "; only the voltage of now can be read"
    return fails(", ".join(wrong)) if wrong else works(f"enough voltage, full speed{unknown}")


def encoder(machine: Machine) -> Finding:
    """Thirty pictures through the encoder and a decoder, not only a node that is there."""
    if machine.root != REAL:
        return missing("a copied tree cannot encode", expected=False)
    expected = machine.profile in _ENCODING
    nodes = codecs.read(machine.root)
    found = codecs.h264_encoder(nodes)
    if found is None:
        told = "; ".join(f"{one.node} {one.name}: {one.problem or one.role or 'not asked'}" for one in nodes)
        return missing(f"no H.264 encoder ({told or 'no video node'})", expected=expected)
    attempt = codecs.attempt()
    words = f"{found.node} {found.name}: {attempt.pictures} of {attempt.asked} pictures in {attempt.milliseconds} ms"
    return works(words) if attempt.worked else fails(f"{words}; {attempt.problem or 'some are missing'}")


def radios(machine: Machine) -> Finding:
    """Setup needs a radio that can open a network of its own."""
    found = radio.read(machine.root)
    if not found:
        return missing("no radio", expected=machine.is_board)
    said = [
        f"{one.interface} ({one.driver}): " + (", ".join(one.bands) if one.bands else "bands unknown")
        + {True: ", opens a network", False: ", opens no network", None: ", nobody to ask (is iw installed?)"}[one.can_share]
        + (" while it is in another" if one.can_join_and_share else "")
        for one in found
    ]  # fmt: skip
    return works("; ".join(said)) if any(one.can_share for one in found) else fails("; ".join(said))


def lights(machine: Machine) -> Finding:
    """Switch them to `trouble`, read that back, and give them back."""
    profile = board.profiles()[machine.profile]
    folders = [
        machine.root / "sys/class/leds" / name for name in (*profile.activity_leds, *profile.power_leds)
    ]
    found = [folder for folder in folders if folder.is_dir()]
    if not found:
        return missing("the board has no lights that we know", expected=machine.is_board)
    names = " and ".join(folder.name for folder in found)
    if not all(os.access(folder / "trigger", os.W_OK) for folder in found):
        return fails(f"{names} may not be switched by this user; try it as root")
    with showing(State.TROUBLE, profile, machine.root):
        shown = [_chosen(tree.text(folder / "trigger") or "") for folder in found]
    if shown[0] != "timer":
        return fails(f"{names} did not take the blinking of `trouble`: {', '.join(shown)}")
    return works(f"{names} were switched and given back")


def _chosen(triggers: str) -> str:
    """A kernel lists all of them with the chosen one in brackets; a copied tree has what was written."""
    bracketed = [word.strip("[]") for word in triggers.split() if word.startswith("[")]
    return bracketed[0] if bracketed else triggers


def disk(machine: Machine) -> Finding:
    """What the data lies on, and whether the kernel has met errors there."""
    found = storage.read(machine.data, machine.root)
    kind = f"{found.disk.kind} {found.disk.model or ''}".strip() if found.disk else "no disk that we can find"
    free = f"{found.space.free // 10**9} of {found.space.total // 10**9} GB free"
    words = f"{machine.data} on {kind}, {found.file_system}, {free}"
    if found.read_only:
        return fails(f"{words}: read-only")
    return fails(f"{words}: {found.errors} errors") if found.errors else works(words)


def watchdog(machine: Machine) -> Finding:
    """The one in hardware: without somebody who feeds it, a kernel that hangs stays so."""
    found = sorted(machine.root.glob("sys/class/watchdog/watchdog*"))
    if not found:
        return missing("none in hardware", expected=machine.is_board)
    told = {name: tree.text(found[0] / name) for name in ("identity", "state", "timeout")}
    words = f"{told['identity']}, {told['state'] or 'state unknown'}, {told['timeout']} s"
    if told["state"] == "active":
        return works(words)
    return missing(f"{words}: nobody feeds it (RuntimeWatchdogSec of systemd)", expected=machine.is_image)
