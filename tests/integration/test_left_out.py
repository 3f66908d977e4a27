"""What the package leaves out (image/deb/left-out.txt) is never asked for while Hearth runs.

Whole processes that cannot import it: every module of ours is imported, every route is asked, and the contract is drawn. A library that
begins to need one of these names fails here, and not on somebody's box.
"""

import re
import subprocess
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest
from litestar.routes import HTTPRoute

from tests.box import ROOT, running_box
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

NAMES = (ROOT / "image/deb/left-out.txt").read_text().split()
# Put where Python looks before anything else is imported. What is merely absent could be caught and forgotten by whoever
# asks: it is told on the way.
_BLOCK = """
import sys

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules!r}:
            sys.stderr.write(f"LEFT OUT: {{name}}\\n")
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, LeftOut())
"""
_IMPORT_ALL = """
import importlib, pkgutil
import appliance, hardware
for package in (appliance, hardware):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from appliance.schema import document
assert len(document()["paths"]) > 40
"""


def modules() -> set[str]:
    """The names under which left-out distributions are imported."""
    plain = {name.lower().replace("-", "_") for name in NAMES}
    found = {
        module: {name.lower().replace("-", "_") for name in names}
        for module, names in packages_distributions().items()
    }
    assert plain <= set().union(*found.values()), "not even a developer has it"
    return {module for module, names in found.items() if names & plain}


@pytest.fixture
def without(tmp_path: Path) -> dict[str, str]:
    """An environment for processes that do without."""
    (tmp_path / "block").mkdir()
    (tmp_path / "block/sitecustomize.py").write_text(_BLOCK.format(modules=modules()))
    return {"PYTHONPATH": f"{tmp_path}/block:{ROOT}"}


def routes(server: Server) -> list[tuple[str, str]]:
    """Every route of the application, asked for things that are not there."""
    return sorted(
        (method, re.sub(r"\{[^}]*\}", "7", route.path))
        for route in server.client.app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    )


def test_the_block_blocks(without: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import faker"], env=without, check=False, capture_output=True, text=True
    )

    assert "LEFT OUT: faker" in done.stderr
    assert done.returncode == 1


def test_every_module_of_ours_is_imported_without(without: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL],
        env=without,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert "LEFT OUT" not in done.stderr
    assert done.returncode == 0, done.stderr


async def test_every_route_answers_without(server: Server, without: dict[str, str], tmp_path: Path) -> None:
    asked = [(method, path) for method, path in routes(server) if not path.endswith("/logout")]
    with running_box(tmp_path / "data", without) as box, box.client() as client:
        box.set_up(client)
        answers = {one: status(client, *one) for one in asked}

        assert {one: code for one, code in answers.items() if code == 429 or code >= 500} == {}
        assert "LEFT OUT" not in box.log
    assert len(asked) > 60


def status(client: httpx.Client, method: str, path: str) -> int:
    body: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
    answer = client.request(method, path, json=body)
    tries = 0
    while answer.status_code == 429 and (tries := tries + 1) < 20:
        # More routes than one may ask for at once, of which what one waits for is told to the moment.
        time.sleep(answer.json()["retry_after"])
        answer = client.request(method, path, json=body)
    return answer.status_code
