"""Results as JSON beside the benchmarks: raw figures, the machine they come from, and the ratios that matter."""

import datetime
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    # x86 says "model name" for every core, a Raspberry Pi "Model" once at the end.
    named = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    model = named[0] if named else platform.machine()
    return {
        "cpu": model,
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "kernel": platform.release(),
        "python": sys.version,
        "load_before": os.getloadavg()[0],
    }


def write(name: str, figures: Mapping[str, Any], ratios: Mapping[str, float]) -> Path:
    """Write benchmarks/results/NAME.json; the file's path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    document = {
        "benchmark": name,
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": figures,
        "ratios": ratios,
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path
