"""What it costs to say something to fifty people, beside Debian's ejabberd and ngircd: `python -m benchmarks.chat`.

The rows called “direct” are the same fifty people, two and two in direct messages. Ours writes every message durably before
anybody hears of it; the peers store nothing. First an even stream of fifty messages a second, then everything at once; the
servers take turns over some rounds, and medians count. CPU time is that of each server's whole process tree, as the system
counts it (in hundredths of a second); nothing is pinned, because nobody pins a chat server at home. A ratio is the median
over the rounds, each with its own.
`./just bench chat` runs us with Debian's Python, as a box does, and once with that of the virtual environment ("own Python").
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import uvloop

from benchmarks import results_file, shipped
from benchmarks.chat_client import Heard
from benchmarks.chat_hearth import Hearth
from benchmarks.chat_peers import Ejabberd, Ngircd, Peer, installed

PEOPLE = 50
PER_SECOND = 50
BURST = 200
_WARM_UP = 100


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and all below it so far."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


async def _complete(peer: Peer, count: int, seconds: float = 20) -> None:
    """Wait until everybody has heard everything, or nothing more comes."""
    deadline = time.perf_counter() + seconds
    expected = count * (len(peer.rooms[0]) - (not peer.echoes_to_author))
    while time.perf_counter() < deadline:
        if sum(len(receiver.heard) for receiver in peer.receivers) >= expected:
            return
        await asyncio.sleep(0.01)


async def _phase(peer: Peer, numbers: range, pause: float) -> dict[str, float]:
    """Say all of it, one person after another, and see what came of it."""
    assert peer.process is not None
    for receiver in peer.receivers:
        receiver.heard.clear()
    peer.order.clear()
    sent: dict[int, float] = {}
    before, began, own_before = cpu_seconds(peer.process.pid), time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as tasks:
        if pause:
            for index, number in enumerate(numbers):
                await asyncio.sleep(began + index * pause - time.perf_counter())
                tasks.create_task(_say(peer, [number], sent))
        else:
            # One request at a time for each person, and everybody at once.
            for who in range(PEOPLE):
                tasks.create_task(_say(peer, list(numbers)[who::PEOPLE], sent))
    await _complete(peer, len(numbers))
    cpu, own_cpu = cpu_seconds(peer.process.pid) - before, time.process_time() - own_before
    order = [number for _, number in sorted(peer.order)] or None
    heard = Heard()
    for room in peer.rooms:
        there = {number: at for number, at in sent.items() if number % PEOPLE in room}
        heard.add([peer.receivers[who] for who in room], there, order)
    own = 0 if peer.echoes_to_author else len(numbers)
    return {
        "deliveries": heard.deliveries,
        "cpu_seconds": cpu,
        "cpu_us_per_delivery": cpu / max(1, heard.deliveries) * 1e6,
        "cpu_us_per_message": cpu / len(numbers) * 1e6,
        "client_cpu_us_per_delivery": own_cpu / max(1, heard.deliveries) * 1e6,
        "p50_ms": heard.percentile(0.50),
        "p99_ms": heard.percentile(0.99),
        "lost": heard.lost - own,
        "twice": heard.twice,
        "out_of_order": heard.out_of_order,
        "astray": heard.astray,
    }


async def _say(peer: Peer, numbers: list[int], sent: dict[int, float]) -> None:
    for number in numbers:
        sent[number] = time.perf_counter()
        await peer.say(number, number % PEOPLE)


def _pss_bytes(pid: int) -> int:
    root = psutil.Process(pid)
    processes = [root, *root.children(recursive=True)]
    total: int = sum(process.memory_full_info().pss for process in processes)
    return total


async def _measure(peer: Peer, messages: int) -> dict[str, Any]:
    try:
        began = time.perf_counter()
        await peer.start()
        assert peer.process is not None
        ready = time.perf_counter() - began
        memory = _pss_bytes(peer.process.pid)
        await _phase(peer, range(_WARM_UP), 1 / PER_SECOND)
        steady = await _phase(peer, range(_WARM_UP, _WARM_UP + messages), 1 / PER_SECOND)
        # So that everybody may write several at once again.
        await asyncio.sleep(5)
        first = _WARM_UP + messages
        burst = await _phase(peer, range(first, first + BURST), 0)
    finally:
        await peer.stop()
    return {
        "seconds_until_everybody_is_in": round(ready, 1),
        "pss_bytes": memory,
        "steady": steady,
        "burst": burst,
    }


def _peers(folder: Path) -> list[Peer]:
    found = installed()
    peers: list[Peer] = [
        Hearth(folder, PEOPLE, tls=True),
        Hearth(folder, PEOPLE, http=True),
        *([Hearth(folder, PEOPLE, python=shipped.OWN)] if shipped.is_running() else []),
        # Next to the one that it is compared with, as a machine's pace drifts.
        Hearth(folder, PEOPLE),
    ]
    if found["ejabberdctl"]:
        peers += [Ejabberd(folder, PEOPLE), Ejabberd(folder, PEOPLE, is_tuned=True)]
    peers.append(Hearth(folder, PEOPLE, direct=True))
    if found["ejabberdctl"]:
        peers.append(Ejabberd(folder, PEOPLE, direct=True))
    if found["ngircd"]:
        peers.append(Ngircd(folder, PEOPLE))
    return peers


_PARTS = ("steady", "burst")
# A direct message counts as a whole: ours comes back to its author, XMPP's does not.
_COMPARED = (
    ("fanout_{}_vs_ejabberd", "hearth", "ejabberd", "cpu_us_per_delivery"),
    ("fanout_{}_vs_ejabberd_trimmed", "hearth", "ejabberd, trimmed", "cpu_us_per_delivery"),
    ("fanout_{}_vs_ngircd", "hearth", "ngircd", "cpu_us_per_delivery"),
    ("direct_{}_vs_ejabberd", "hearth, direct", "ejabberd, direct", "cpu_us_per_message"),
    ("direct_{}_vs_channel", "hearth, direct", "hearth", "cpu_us_per_message"),
)
_COUNTED = ("deliveries", "lost", "twice", "out_of_order", "astray")


def _over_rounds(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of what was measured and the sum of what was counted; every round as it was beside them."""
    summary: dict[str, Any] = {
        "pss_bytes": statistics.median(one["pss_bytes"] for one in rounds),
        "rounds": rounds,
    }
    for part in _PARTS:
        summary[part] = {
            name: (sum if name in _COUNTED else statistics.median)(one[part][name] for one in rounds)
            for name in rounds[0][part]
        }
    return summary


def _table(figures: dict[str, Any]) -> str:
    lines = [
        f"{'':26}{'µs CPU per delivery':>27}{'message':>9}{'client':>10}{'p50 / p99 ms':>18}{'lost':>7}{'disorder':>10}{'PSS MB':>8}"
    ]
    for name, one in figures.items():
        for part in _PARTS:
            got = one[part]
            each = [single[part]["cpu_us_per_delivery"] for single in one["rounds"]]
            lines.append(
                f"{name + ', ' + part:30}{got['cpu_us_per_delivery']:8.1f} ({min(each):5.1f}–{max(each):5.1f})"
                f"{got['cpu_us_per_message']:9.0f}{got['client_cpu_us_per_delivery']:10.1f}"
                f"{got['p50_ms']:10.1f} /{got['p99_ms']:6.1f}{got['lost']:7}{got['out_of_order']:10}"
                f"{one['pss_bytes'] / 1e6:8.0f}"
            )
    return "\n".join(lines)


def _ratios(figures: dict[str, Any]) -> dict[str, float]:
    """Ours to each peer's, the median of what each round came to; what went wrong, over all rounds."""
    ratios: dict[str, float] = {}
    for key, ours, name, cpu in _COMPARED:
        if ours in figures and name in figures:
            pairs = list(zip(figures[ours]["rounds"], figures[name]["rounds"], strict=True))
            for what, figure in (("cpu", cpu), ("p99", "p99_ms")):
                each = [one["steady"][figure] / other["steady"][figure] for one, other in pairs]
                ratios[key.format(what)] = round(statistics.median(each), 3)
    parts = [
        figures[name][part] for name in ("hearth", "hearth, direct") if name in figures for part in _PARTS
    ]
    for what in ("lost", "twice", "out_of_order", "astray"):
        ratios[f"messages_{what}"] = sum(part[what] for part in parts)
    return ratios


async def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.chat")
    parser.add_argument("--messages", type=int, default=500, help="in each even stream (fifty a second)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server is measured, in turn")
    parser.add_argument("--only", nargs="*", default=[], help="these servers, by their names in the table")
    options = parser.parse_args(arguments)
    measured: dict[str, list[dict[str, Any]]] = {}
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
            for peer in _peers(Path(folder)):
                if peer.name in options.only or not options.only:
                    print(f"round {number + 1}: {peer.name} …", file=sys.stderr)
                    measured.setdefault(peer.name, []).append(await _measure(peer, options.messages))
    figures = {name: _over_rounds(rounds) for name, rounds in measured.items()}
    print(_table(figures))
    ratios = _ratios(figures)
    for name, ratio in ratios.items():
        print(f"{name:44}{ratio:>8}")
    if not options.only:
        print(results_file.write("chat", figures, ratios))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
