"""A port that something else has is named before anything is started."""

import socket
from pathlib import Path

import pytest

from appliance.port_check import listening_address
from appliance.settings import SettingsError, load


def test_a_port_that_is_taken_is_named_with_its_setting(tmp_path: Path) -> None:
    settings = load(tmp_path, {"HEARTH_BIND": "127.0.0.1"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"Port {port} cannot be used .*HEARTH_HTTP_PORT="):
            listening_address(settings, [("https_port", 0), ("http_port", port)])

    assert listening_address(settings, [("http_port", port)]) == "127.0.0.1"
