"""What the page weighs, and what a long channel with pictures feels like: `python -m benchmarks.web`.

Weight is script as `gzip -9` packs it: what index.html asks for at once and the words of a language with what they import. The rest
is measured in Chromium, which `tests/e2e` brings the means for, on a real box with ten thousand messages of which every third has
pictures, as wide as a desk's window and as a phone: how long from an empty cache to the first message, how long a frame takes while
somebody scrolls, and how far what is read moves while pictures arrive. Beside the scrolling stands a plain page with as many rows and
pictures, which is what the machine itself can do.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import results_file

ROOT = Path(__file__).parent.parent
DIST = ROOT / "webui" / "dist"
LANGUAGES = ("en", "de")
FIRST_LOAD_BYTES = 140_000
# Of a screen with 60 pictures a second, one and a half.
FRAME_MS = 25.0
_ASKED = re.compile(r'(?:src|href)="/(assets/[^"]+\.js)"')
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([^"]+\.js)"')


def first_load(dist: Path) -> dict[str, int]:
    """Bytes of packed script for each language."""
    entries = {dist / name for name in _ASKED.findall((dist / "index.html").read_text(encoding="utf-8"))}
    weights = {}
    for language in LANGUAGES:
        words = set((dist / "assets").glob(f"{language}-*.js"))
        if len(words) != 1:
            raise RuntimeError(f"The words of {language} are not one file: {sorted(words)}")
        files = _with_imports(entries | words)
        weights[language] = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    return weights


def _with_imports(files: set[Path]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += [file.parent / name for name in _IMPORTED.findall(file.read_text(encoding="utf-8"))]
    return found


def in_a_browser(messages: int, frames: int, rounds: int) -> dict[str, Any]:
    """What `web_page.mjs` measures, by the width of the window."""
    subprocess.run(["npm", "ci", "--silent", "--prefix", "tests/e2e"], cwd=ROOT, check=True)
    command = ["sh", "tests/e2e/inside.sh", "node", "benchmarks/web_page.mjs"]
    done = subprocess.run(
        [*command, str(messages), str(frames), str(rounds)], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def ratios_of(weights: dict[str, int], windows: dict[str, Any]) -> dict[str, float]:
    """The figures that matter, each the worst of its kind."""
    drifts = [one for window in windows.values() for one in window["drifts"]]
    return {
        "first_load_bytes": max(weights.values()),
        "scroll_p95_ms": max(window["scroll"]["p95_ms"] for window in windows.values()),
        "scroll_p95_vs_plain_page": max(
            window["scroll"]["p95_ms"] / window["plain"]["p95_ms"] for window in windows.values()
        ),
        "drift_px": max(max(one["px"], one["shifted_px"]) for one in drifts),
    }


TARGETS = {"first_load_bytes": FIRST_LOAD_BYTES, "scroll_p95_ms": FRAME_MS, "drift_px": 0}


def _table(weights: dict[str, int], windows: dict[str, Any]) -> str:
    lines = [f"{'first load, ' + language:44}{bytes_:>12}" for language, bytes_ in weights.items()]
    for width, window in sorted(windows.items(), key=lambda one: -int(one[0])):
        lines += [f"{f'{width} px: {name}':44}{value:12.1f}" for name, value in window["load"].items()]
        for kind in ("scroll", "plain"):
            lines += [
                f"{f'{width} px: {kind}, {name}':44}{value:12.1f}" for name, value in window[kind].items()
            ]
        pictures = sum(one["pictures"] for one in window["drifts"])
        lines.append(f"{f'{width} px: pictures that came late':44}{pictures:12}")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure, print a table and write benchmarks/results/web.json."""
    parser = argparse.ArgumentParser(prog="benchmarks.web")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--frames", type=int, default=1500, help="that are scrolled, 60 pixels each")
    parser.add_argument("--rounds", type=int, default=5, help="of loading, and of late pictures")
    options = parser.parse_args(arguments)
    weights = first_load(DIST)
    windows = in_a_browser(options.messages, options.frames, options.rounds)
    print(_table(weights, windows))
    ratios = ratios_of(weights, windows)
    for name, ratio in ratios.items():
        limit = TARGETS.get(name)
        verdict = "" if limit is None else "  as wanted" if ratio <= limit else "  MORE THAN WANTED"
        print(f"{name:44}{ratio:12.2f}{verdict}")
    print(results_file.write("web", {"first_load": weights, "windows": windows}, ratios))


if __name__ == "__main__":
    main(sys.argv[1:])
