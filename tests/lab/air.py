"""Who is in the air beside the box: the router of the home, and a phone."""

import json
from contextlib import suppress
from enum import StrEnum
from typing import Any

from tests.lab.guest import Guest, Refused

ROUTER = "192.168.77.1"
LOGS = "/run/phone.log /run/home.log"
_LEASES = "192.168.77.50,192.168.77.99,1h"
_JOIN_SECONDS = 40
_OTHER_WORD = "eight-pears-43"


class Lock(StrEnum):
    """How the home's network is locked."""

    WPA2 = "wpa2"
    WPA3 = "wpa3"
    MIXED = "mixed"


_ROUTER_LOCKS = {
    Lock.WPA2: "wpa_key_mgmt=WPA-PSK\nwpa_passphrase={word}\n",
    Lock.WPA3: "wpa_key_mgmt=SAE\nsae_password={word}\nieee80211w=2\n",
    Lock.MIXED: "wpa_key_mgmt=WPA-PSK SAE\nwpa_passphrase={word}\nieee80211w=1\nsae_require_mfp=1\n",
}
# As a signal does that loses the first handshake: the router tries four times in vain, and then all is as it should be.
_LOSES_ONE = "wpa_key_mgmt=WPA-PSK\nwpa_psk_file=/run/home.keys\n"
_THEN = (
    'until [ "$(grep -c POSSIBLE-PSK-MISMATCH /run/home.log)" -ge 4 ]; do sleep 0.1; done; '
    'echo "00:00:00:00:00:00 $1" > /run/home.keys; hostapd_cli -p /run/hostapd-home reload_wpa_psk'
)
_PHONE_LOCKS = {
    None: "key_mgmt=NONE",
    Lock.WPA2: 'key_mgmt=WPA-PSK psk="{word}"',
    Lock.WPA3: 'key_mgmt=SAE sae_password="{word}" ieee80211w=2',
    Lock.MIXED: 'key_mgmt=WPA-PSK SAE psk="{word}" ieee80211w=1',
}


async def bring_up(guest: Guest) -> None:
    """Three radios: the box's, the phone's, the router's; and the test's own way to the phone."""
    await guest.run("box", "modprobe", "mac80211_hwsim", "radios=3")
    await guest.run("box", "udevadm", "settle")
    for radio, person in (("wlan1", "phone"), ("wlan2", "home")):
        await guest.run("air", "ip", "netns", "add", person)
        phy = (await guest.run("air", "cat", f"/sys/class/net/{radio}/phy80211/name")).strip()
        await guest.run("air", "iw", "phy", phy, "set", "netns", "name", person)
        await guest.run(person, "ip", "link", "set", "lo", "up")
        await guest.run(person, "ip", "link", "set", radio, "up")
    cards = json.loads(await guest.run("air", "ip", "-json", "link"))
    [card] = [one["ifname"] for one in cards if one["address"] == "52:54:00:6c:61:62"]
    await guest.run("air", "ip", "link", "set", card, "netns", "phone")
    await guest.run("phone", "ip", "link", "set", card, "up")
    await guest.run("phone", "ip", "addr", "add", "10.0.2.15/24", "dev", card)
    await guest.start("phone", "python3", "/lab/socks.py", "10.0.2.15", "1080")


class Router:
    """The home's router, on the third radio."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._running: list[int] = []

    async def up(self, name: str, word: str, lock: Lock, *, hidden: bool = False) -> None:
        """Be there."""
        await self._start(name, _ROUTER_LOCKS[lock].format(word=word), hidden=hidden)

    async def up_losing_one(self, name: str, word: str) -> None:
        """Be there with WPA2; the first handshake fails whatever the password."""
        await self._guest.write("/run/home.keys", f"00:00:00:00:00:00 {_OTHER_WORD}\n")
        # What was told of others is not for `_THEN`.
        await self._guest.write("/run/home.log", "")
        await self._start(name, _LOSES_ONE, hidden=False)
        self._running.append(await self._guest.start("home", "sh", "-c", _THEN, "then", word))

    async def _start(self, name: str, lock: str, *, hidden: bool) -> None:
        settings = (
            f"interface=wlan2\nssid={name}\nhw_mode=g\nchannel=1\nieee80211n=1\nwmm_enabled=1\nwpa=2\n"
            f"rsn_pairwise=CCMP\nignore_broadcast_ssid={int(hidden)}\nctrl_interface=/run/hostapd-home\n{lock}"
        )
        await self._guest.write("/run/home.conf", settings)
        await self._guest.run("home", "ip", "addr", "replace", f"{ROUTER}/24", "dev", "wlan2")
        self._running.append(
            await self._guest.start("home", "hostapd", "-t", "-f", "/run/home.log", "/run/home.conf")
        )
        await self._guest.until(
            "home", "sh", "-c", "hostapd_cli -p /run/hostapd-home status | grep -q state=ENABLED"
        )
        self._running.append(
            await self._guest.start(
                "home", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--interface=wlan2", "--port=53",
                f"--listen-address={ROUTER}", "--no-resolv", "--no-hosts", "--bind-interfaces",
                f"--dhcp-range={_LEASES}", "--dhcp-leasefile=/run/home.leases", "--dhcp-authoritative",
            )
        )  # fmt: skip

    async def down(self) -> None:
        """Be gone, as a router that lost its power."""
        for process in self._running:
            await self._guest.try_to("air", "kill", "-KILL", str(process))
        self._running.clear()
        with suppress(Refused):
            await self._guest.run("home", "ip", "link", "set", "wlan2", "down")
        await self._guest.run("home", "ip", "link", "set", "wlan2", "up")


class Handset:
    """The phone, on the second radio."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._supplicant: int | None = None

    async def see(self, name: str, seconds: float = 90) -> None:
        """Look round until a network is seen."""
        find = f"iw dev wlan1 scan 2>/dev/null | grep -q 'SSID: {name}'"
        await self._guest.until("phone", "sh", "-c", find, seconds=seconds)

    async def names_in_the_air(self) -> list[str]:
        """The networks that the phone sees."""
        told = await self._guest.run("phone", "sh", "-c", "iw dev wlan1 scan | sed -n 's/^.SSID: //p'")
        return [line for line in told.splitlines() if line]

    async def join(self, name: str, word: str = "", lock: Lock | None = None) -> dict[str, Any]:
        """Go to a network; the lease."""
        await self.leave()
        network = _PHONE_LOCKS[lock].format(word=word).replace(" ", "\n", 1 if lock is None else -1)
        network = network.replace("WPA-PSK\nSAE", "WPA-PSK SAE")
        settings = f'ctrl_interface=/run/wpa-phone\nnetwork={{\nssid="{name}"\nscan_ssid=1\n{network}\n}}\n'
        await self._guest.write("/run/phone.conf", settings)
        self._supplicant = await self._guest.start(
            "phone", "wpa_supplicant", "-i", "wlan1", "-c", "/run/phone.conf", "-t", "-f", "/run/phone.log"
        )
        await self.until_joined()
        return await self.lease()

    async def until_joined(self, seconds: float = _JOIN_SECONDS) -> float:
        """Seconds until the phone is on its network (again)."""
        joined = "wpa_cli -p /run/wpa-phone -i wlan1 status | grep -q ^wpa_state=COMPLETED"
        return await self._guest.until("phone", "sh", "-c", joined, seconds=seconds)

    async def lease(self) -> dict[str, Any]:
        """Ask for an address."""
        told = await self._guest.run(
            "phone",
            "busybox",
            "udhcpc",
            "-f",
            "-q",
            "-n",
            "-t",
            "10",
            "-i",
            "wlan1",
            "-O",
            "114",
            "-s",
            "/lab/lease.sh",
        )
        lease: dict[str, Any] = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
        return lease

    async def leave(self) -> None:
        """Leave the network."""
        if self._supplicant is not None:
            await self._guest.try_to("air", "kill", str(self._supplicant))
            self._supplicant = None
            await self._guest.until("phone", "sh", "-c", "! wpa_cli -p /run/wpa-phone -i wlan1 ping")

    async def ask(self, kind: str, *arguments: str) -> list[Any]:
        """What ask.py finds in the phone's network."""
        found: list[Any] = json.loads(
            await self._guest.run("phone", "python3", "/lab/ask.py", kind, *arguments)
        )
        return found
