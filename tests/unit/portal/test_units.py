"""The files that systemd, polkit and NetworkManager read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import appliance.portal
from appliance.settings import Settings

ROOT = Path(__file__).parents[3]
UNITS = ROOT / "systemd" / "system"
RULES = (ROOT / "systemd" / "polkit-1" / "rules.d" / "50-hearth-portal.rules").read_text()
BOX = Path(appliance.portal.__file__).parent / "box"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("unit", ["hearth-portal.service", "hearth-country@.service"])
def test_a_unit_is_exposed_at_most_2(unit: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNITS / unit)]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_rules_allow_the_portals_user_and_one_kind_of_unit_alone() -> None:
    user = re.search(r"^User=(\w+)$", (UNITS / "hearth-portal.service").read_text(), re.MULTILINE)

    assert user
    assert f'subject.user !== "{user[1]}"' in RULES
    assert RULES.count("manage-units") == 1
    assert "hearth-country@[A-Z]{2}" in RULES


def test_the_files_for_the_box_have_the_address_of_the_settings() -> None:
    address, _, bits = Settings().portal_address.partition("/")

    assert f"address=/#/{address}\n" in (BOX / "dnsmasq.conf").read_text()
    assert f"define setup = {address.rsplit('.', 1)[0]}.0/{bits}\n" in (BOX / "firewall.nft").read_text()
