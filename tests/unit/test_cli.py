"""The command line brings to each process only what that one needs."""

import subprocess
import sys

import pytest

from tests.box import ROOT

HEAVY = {"argon2", "av", "aiortc", "litestar"}


@pytest.mark.parametrize("modules", ["appliance.cli", "appliance.cli, appliance.portal.serve"])
def test_the_portal_does_not_carry_the_servers_libraries(modules: str) -> None:
    ask = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)

    assert HEAVY & set(loaded.stdout.split()) == set()
    assert "appliance.settings" in loaded.stdout.split()
