"""What HTTP may know of the box: its names and addresses, its machine, and who may see setup."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from appliance.network import mdns
from appliance.network.addresses import all_addresses, in_url
from appliance.portal.pages import Home
from appliance.portal.setup_access import ClientNetwork, SetupAccess
from appliance.portal.setup_network import SetupNetwork
from appliance.portal.state_machine import State, StateMachine
from appliance.settings import Settings

_NAME_SECONDS = 10.0


class Site(msgspec.Struct):
    """The portal as the web site of one box."""

    machine: StateMachine
    access: SetupAccess
    settings: Settings
    setup_network: SetupNetwork
    addresses: Callable[[], list[str]] = all_addresses
    known_as: str | None = None

    @property
    def local_name(self) -> str:
        """What the box is called in the house: the name in the settings, until somebody says that the name was taken."""
        return self.known_as or f"{self.settings.hostname}.local"

    async def learn_name(self) -> None:
        """Ask from time to time, for ever: the box is named anew in each network."""
        while True:
            self.known_as = await mdns.own_name(self.addresses())
            await asyncio.sleep(_NAME_SECONDS)

    @property
    def setup_host(self) -> str:
        """The address on the setup network."""
        return str(self.setup_network.address.ip)

    @property
    def setup_url(self) -> str:
        """The setup pages, as every probe and every foreign name is led there."""
        return f"http://{self.setup_network.address.ip}{self._tail}/"

    @property
    def _tail(self) -> str:
        return "" if self.settings.portal_port == 80 else f":{self.settings.portal_port}"

    def network_of(self, peer: str) -> ClientNetwork:
        """Where a visitor is."""
        return self.access.network_of(peer, ap_open=self.machine.ap_open)

    def is_open_to_home(self, peer: str) -> bool:
        """Whether setup may be seen from the house: until somebody lives here, and by whoever set it up until they finish."""
        machine = self.machine
        if machine.state in {State.RESTING, State.LINGERING, State.RETURNING} or machine.reentry:
            return False
        return not machine.has_admin or self.access.is_admitted(peer)

    def is_own_name(self, host: str) -> bool:
        """Whether this is a name that only the box has."""
        configured = {self.settings.hostname, f"{self.settings.hostname}.local"}
        own = {*configured, self.local_name, "localhost", "127.0.0.1", "[::1]"}
        return host in own or host in {in_url(address) for address in self.addresses()}

    def own_host(self) -> str:
        """An address in the house, as a URL has it."""
        return in_url(self.machine.lan or self.machine.address or next(iter(self.addresses()), "127.0.0.1"))

    @property
    def own_url(self) -> str:
        """The portal under an address in the house."""
        return f"http://{self.own_host()}{self._tail}/"

    def plain_url(self, host: str, path: str) -> str:
        """The same place on the server's own plain page, which leads on."""
        if not self.is_own_name(host):
            host = self.own_host()
        return f"http://{host}:{self.settings.http_port}{quote(path, safe="/@:$!*'(),;=~+&")}"

    def home(self, household: str) -> Home:
        """Where the household finds its box from now on."""
        # A box that goes back to the network that it had does not know yet which address it will get.
        address = self.machine.address or self.machine.lan or self.local_name
        local = self.local_name
        # The portal leads on from there, and at port 80 the address is short enough to be typed.
        tail = self._tail
        return Home(
            household=household,
            network=self.machine.joined_name,
            address=f"{in_url(address)}{tail}",
            url=f"http://{in_url(address)}{tail}/",
            local_name=f"{local}{tail}",
            local_url=f"http://{local}{tail}/",
        )
