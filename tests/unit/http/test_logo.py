"""One mark on every screen."""

import re
from pathlib import Path

from appliance.http import logo

CLIENTS = Path(__file__).parents[3] / "webui/src/ui/logo.svg"


def test_the_servers_own_pages_have_the_mark_of_the_web_client() -> None:
    assert re.findall(r'\bd="([^"]+)"', CLIENTS.read_text()) == [logo.PATH]
