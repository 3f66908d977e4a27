"""The files that systemd, polkit and NetworkManager read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import appliance.portal
from appliance.portal.radio import SETUP_MARK
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


def test_every_name_leads_to_the_address_of_the_settings() -> None:
    address = Settings().portal_address.partition("/")[0]

    assert f"address=/#/{address}\n" in (BOX / "dnsmasq.conf").read_text()


def test_the_rules_for_phones_hold_on_the_network_that_the_portal_opens() -> None:
    assert f"{SETUP_MARK}*) exec" in (BOX / "setup-network").read_text()
