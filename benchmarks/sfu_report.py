"""What the rounds of the SFU's benchmark say together."""

from collections.abc import Mapping
from statistics import median
from typing import Any

# one round of one server, as it is written to the results
type Row = dict[str, Any]


def ratios(rounds: list[Row], relay: float) -> dict[str, list[float]]:
    """What we cost beside the others, round by round: within one, the machine was most alike for all.

    A row that was disturbed to the last attempt counts for none.
    """
    sound = [row for row in rounds if not row["disturbed"]]
    cost = {(row["round"], row["server"], row["burst"]): row["us_per_forward"] for row in sound}
    found: dict[str, list[float]] = {}
    for burst in sorted({row["burst"] for row in rounds}):
        suffix = "" if burst == 1 else f"_burst_{burst}"
        ours = {number: one for (number, *rest), one in cost.items() if rest == ["hearth", burst]}
        for name in ("aiortc hook", "aiortc hook on uvloop"):
            found[f"forward_cpu_vs_{name.replace(' ', '_')}{suffix}"] = [
                one / cost[number, name, burst]
                for number, one in ours.items()
                if (number, name, burst) in cost
            ]
        found[f"forward_cpu_vs_mediarelay{suffix}"] = [one / relay for one in ours.values()]
    return found


def medians(rounds: list[Row]) -> list[Row]:
    """For each server and burst the round with the middle cost."""
    rows: list[Row] = []
    for burst in sorted({row["burst"] for row in rounds}):
        for name in dict.fromkeys(row["server"] for row in rounds):
            every = [one for one in rounds if (one["server"], one["burst"]) == (name, burst)]
            same = [one for one in every if not one["disturbed"]] or every
            rows.append(sorted(same, key=lambda one: one["us_per_forward"])[len(same) // 2])
    return rows


def _way(row: Row) -> str:
    """How long a packet took from one client to another."""
    return f"{row['ms_p50']:.1f} / {row['ms_p99']:.1f}" if "ms_p50" in row else "-"


def show(rows: list[Row], rounds: list[Row], ratios_of_rounds: Mapping[str, list[float]]) -> None:
    """Print it."""
    print(
        f"{'server':22} {'burst':>5} {'µs/forward':>11} {'of all rounds':>15} {'CPU s':>6} {'of it system':>12} "
        f"{'on its way p50 / p99 ms':>23} {'forwarded':>10} {'of':>7} {'gaps':>5} {'disturbed':>9}"
    )
    for row in rows:
        same = [one for one in rounds if (one["server"], one["burst"]) == (row["server"], row.get("burst"))]
        costs = [one["us_per_forward"] for one in same] or [row["us_per_forward"]]
        print(
            f"{row['server']:22} {row.get('burst', '-'):>5} {row['us_per_forward']:11.2f} "
            f"{min(costs):7.2f}–{max(costs):<7.2f} {row['cpu_seconds']:6.2f} {row.get('system_seconds', 0.0):12.2f} "
            f"{_way(row):>23} {row['forwarded']:10} {row.get('expected', '-'):>7} {row.get('gaps', '-'):>5} "
            f"{sum(one['disturbed'] for one in same):9}"
        )
    for name, some in ratios_of_rounds.items():
        spread = (
            f"{median(some):.3f}   {len(some)} rounds, {min(some):.3f} to {max(some):.3f}"
            if some
            else "disturbed"
        )
        print(f"{name:46} {spread}")
