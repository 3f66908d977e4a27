"""Settings that a person may well choose, on the real processes."""

from pathlib import Path

import pytest

from tests.box import Box
from tests.integration.start.server_process import server_process

INFO = "/api/hearth/v1/info"


def test_a_name_with_an_umlaut_is_the_one_that_browsers_look_up(tmp_path: Path) -> None:
    with server_process(tmp_path / "data", {"HEARTH_HOSTNAME": "Bücher.local"}) as server:
        authority = server.shake_hands()
        with server.client(authority, "xn--bcher-kva.local") as client:
            assert client.get(INFO).status_code == 200


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HEARTH_HOSTNAME", "our house", "cannot be a name"),
        ("HEARTH_HTTPS_PORT", "10080", "No browser opens"),
        ("HEARTH_HTTP_PORT", "6000", "No browser opens"),
        ("HEARTH_PUBLIC_IP", "example.org", "no IP address"),
        ("HEARTH_LOG_LEVEL", "loud", "log_level"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_tried_again(
    tmp_path: Path, variable: str, value: str, said: str
) -> None:
    box = Box(tmp_path, {variable: value})

    status = box.refused()

    assert (status, len(box.log.strip().splitlines())) == (2, 1)
    assert said in box.log
