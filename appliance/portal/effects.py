"""What carries out the machine's commands: radios, the stored progress and the country, one task for what takes time.

What a newcomer would get wrong: a command that is given up must not answer any more. So there is one task for the setup
network and one for joining, and whoever starts a new one ends the old one first.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from ipaddress import IPv4Interface
from typing import Any

import msgspec

from appliance.dbus import systemd1
from appliance.dbus.network_manager import Activation, ActivationFailed, Device, NetworkManager
from appliance.dbus.system_bus import BusError, SystemBus
from appliance.portal import radio
from appliance.portal.commands import (
    Close,
    CloseAp,
    Command,
    Forget,
    Join,
    Keep,
    OpenAp,
    Rejoin,
    Reopen,
    Reset,
    Scan,
    SetCountry,
)
from appliance.portal.model import Circumstances, Failure, Network, Security
from appliance.portal.progress_store import ProgressStore, Rescue
from appliance.portal.setup_network import SetupNetwork
from appliance.portal.state_machine import Commands, State, StateMachine

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_LOOK_EVERY = 4


class JoinFailed(Exception):
    """The network did not take the box."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


type _Work = Callable[[], Coroutine[Any, Any, None]]


class Effects:
    """One box's radios in the service of its machine."""

    def __init__(
        self, machine: StateMachine, bus: SystemBus, manager: NetworkManager, store: ProgressStore, setup_network: SetupNetwork
    ) -> None:  # fmt: skip
        self.machine = machine
        self.setup_name = "Hearth"
        self.ticked_at = 0.0
        self._bus = bus
        self._manager = manager
        self._store = store
        self._setup_network = setup_network
        self._ap: Activation | None = None
        self._home: Activation | None = None
        self._opening: asyncio.Task[None] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._small: set[asyncio.Task[None]] = set()

    # From the outside

    async def begin(self, *, has_admin: bool) -> None:
        """Find out how things are and start the machine."""
        with suppress(BusError):
            # Not every NetworkManager has a switch; without one the radio is on.
            await self._manager.switch_radio_on()
        await delete_left_behind(self._manager)
        radios = await self._radios()
        self._take_name(radios)
        self.ticked_at = self.now()
        progress = self._store.progress()
        mark = self._store.card_mark()
        reentry = mark not in {0, progress.seen_card}
        rescue = self._store.open_rescue(mark, _since_start()) if reentry else Rescue(mark, 0.0)
        self.do(
            self.machine.start(
                Circumstances(
                    has_admin=has_admin,
                    address=await self._own_address(),
                    saved=any(radio.is_home(profile) for _, profile in await self._manager.profiles()),
                    has_radio=bool(radios),
                    shares=len(radios) > 1,
                    reentry=reentry,
                    finished=progress.finished,
                    country=progress.country,
                    rescue_seconds=rescue.seconds(_since_start()),
                    rescue_tries=rescue.tries,
                    rescued=rescue.done,
                ),
                self.now(),
            )
        )

    def _take_name(self, radios: list[Device]) -> None:
        if radios:
            self.setup_name = f"Hearth-{radios[0].hardware[-5:].replace(':', '').upper()}"

    async def run(self) -> None:
        """Let time pass, for ever."""
        ticks = 0
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            ticks += 1
            self.ticked_at = self.now()
            if ticks % _LOOK_EVERY == 0 and self.machine.state is not State.RESTING:
                await self._look()
            self.do(self.machine.tick(self.now()))

    async def close(self) -> None:
        """End what is under way and take the setup network down."""
        for task in (self._opening, self._joining, *self._small):
            await _end(task)
        await self._take_down()

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def remember(self, *, language: str) -> None:
        """Speak this language after a restart too."""
        self._save(language=language)

    def count_rescue(self) -> None:
        """One try fewer for a forgotten password, before it is tried."""
        self.machine.rescue_tried()
        self._record_rescue()

    def use_rescue(self) -> None:
        """A password is about to be replaced: no start of this process may offer that again. `OSError` if it cannot be kept."""
        self.machine.password_renewed()
        self._record_rescue()

    def _record_rescue(self) -> None:
        self._store.record_rescue(tries=self.machine.rescue_tries, done=self.machine.rescued)

    def do(self, commands: Commands) -> None:
        """Carry out what the machine asks for."""
        for command in commands:
            log.info("setup is %s: %s", self.machine.state.value, type(command).__name__)
            self._deeds()[type(command)](command)

    # What the commands are

    def _deeds(self) -> dict[type[Command], Callable[[Any], None]]:
        return {
            Scan: lambda _: self._in_background(self._scan()),
            OpenAp: lambda _: self._start_opening(self._open),
            CloseAp: lambda _: self._start_opening(self._take_down),
            Join: lambda join: self._start_joining(lambda: self._join(join)),
            Rejoin: lambda _: self._start_joining(self._rejoin),
            Keep: lambda _: self._in_background(self._keep()),
            Forget: lambda _: self._start_joining(self._forget),
            SetCountry: lambda chosen: self._set_country(chosen.country),
            Close: lambda _: self._save(finished=True, seen_card=self._store.card_mark()),
            Reopen: lambda _: self._save(finished=False),
            Reset: lambda reset: self._store.request_reset(wipe=reset.wipe),
        }

    def _start_opening(self, work: _Work) -> None:
        self._opening = asyncio.create_task(_after(self._opening, work))

    def _start_joining(self, work: _Work) -> None:
        self._joining = asyncio.create_task(_after(self._joining, work))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_guarded(work))
        self._small.add(task)
        task.add_done_callback(self._small.discard)

    async def _scan(self) -> None:
        await _finished(self._opening)
        device = await self._radio_for_home()
        seen = radio.networks(await self._manager.scan(device.path)) if device else []
        # NetworkManager may still know our own.
        found = [network for network in seen if not self._is_own(network)]
        self.do(self.machine.scanned(found, self.now()))

    def _is_own(self, network: Network) -> bool:
        """Our own setup network is open: a locked one of the same name is somebody's home."""
        return network.name == self.setup_name and network.security is Security.OPEN

    async def _open(self) -> None:
        try:
            await self._take_down()
            device = _there(await self._radio_for_setup())
            self._setup_network.choose(await self._home_networks(device))
            profile = radio.setup_profile(self.setup_name, self._setup_network.address)
            self._ap = await self._manager.activate(profile, device.path, "volatile")
            await self._manager.wait_until_up(self._ap)
        except (BusError, ActivationFailed, JoinFailed) as error:
            log.warning("the setup network did not open: %s", error)
            self.do(self.machine.ap_lost(self.now()))
            return
        self.do(self.machine.opened(self.now()))

    async def _take_down(self) -> None:
        if self._ap:
            # Whoever ends this task in between leaves the profile known, and the next one deletes it.
            await self._manager.delete(self._ap.profile)
            self._ap = None

    async def _join(self, join: Join) -> None:
        # With one radio the setup network must be down first.
        await _finished(self._opening)
        try:
            await self._forget()
            device = _there(await self._radio_for_home())
            profile = radio.home_profile(join.choice, join.method)
            self._home = await self._manager.activate(profile, device.path, "memory")
            await self._arrive(device.path, offline=join.choice.offline)
        except JoinFailed as error:
            self.do(self.machine.failed(error.failure, self.now()))
        except BusError as error:
            log.warning("NetworkManager did not take the network: %s", error)
            self.do(self.machine.failed(Failure.REFUSED, self.now()))

    async def _rejoin(self) -> None:
        await _finished(self._opening)
        try:
            home = _there(self._home)
            self._home = await self._manager.activate_again(home.profile, home.device)
            await self._arrive(self._home.device, offline=True)
        except (BusError, JoinFailed) as error:
            log.warning("the box did not get back to its network: %s", error)
            self.do(self.machine.failed(Failure.NOT_FOUND, self.now()))

    async def _arrive(self, device: str, *, offline: bool) -> None:
        """Wait until the network has let the box in; `JoinFailed` says why it did not."""
        if self._home:
            try:
                await self._manager.wait_until_up(self._home, lambda: self.machine.let_in(self.now()))
            except ActivationFailed as error:
                raise JoinFailed(radio.failure(error.reason)) from error
            await self._make_room()
        address = await self._manager.address(device)
        if address is None:
            raise JoinFailed(Failure.NO_ADDRESS)
        if not offline and not await self._manager.has_internet(device):
            raise JoinFailed(Failure.NO_INTERNET)
        self.do(self.machine.joined(address, self.now()))

    async def _keep(self) -> None:
        if self._home:
            await self._manager.keep(self._home.profile)

    async def _forget(self) -> None:
        if self._home:
            await self._manager.delete(self._home.profile)
            self._home = None

    def _set_country(self, country: str) -> None:
        self._save(country=country)
        self._in_background(self._tell_country(country))

    async def _tell_country(self, country: str) -> None:
        # The kernel takes it only from root; systemd/system/hearth-country@.service does that and nothing else.
        await systemd1.start_unit(self._bus, f"hearth-country@{country}.service")

    def _save(self, **change: Any) -> None:
        self._store.save(msgspec.structs.replace(self._store.progress(), **change))

    # Devices

    async def _look(self) -> None:
        """See whether a radio, the cable or the setup network has come or gone."""
        try:
            if not self.machine.has_radio and (radios := await self._radios()):
                self._take_name(radios)
                self.do(self.machine.radio_found(self.now(), shares=len(radios) > 1))
            self.do(self.machine.online(await self._own_address(), self.now()))
            await self._look_after_setup_network()
        except BusError as error:
            log.warning("NetworkManager did not answer: %s", error)

    async def _look_after_setup_network(self) -> None:
        if self._ap is None or not self.machine.ap_open:
            return
        if not await self._manager.is_up(self._ap):
            self.do(self.machine.ap_lost(self.now()))
        elif self.machine.state is not State.JOINING:
            await self._make_room()

    async def _make_room(self) -> None:
        """Open the setup network elsewhere if the house has its addresses: the box cannot be its own router."""
        if self._ap is None or not self.machine.ap_open:
            return
        setup = await self._radio_for_setup()
        if setup and self._setup_network.clashes(await self._home_networks(setup)):
            log.info("the house has the setup network's addresses, and setup takes others")
            self._start_opening(self._open)
            await _finished(self._opening)

    async def _home_networks(self, setup: Device) -> list[IPv4Interface]:
        """Where the box is at home: by a cable, or by a radio that is not for setup."""
        others = [device for device in await self._manager.devices() if device.path != setup.path]
        found = [await self._manager.interface(device.path) for device in others if device.is_connected]
        return [address for address in found if address]

    async def _own_address(self) -> str | None:
        """The address by a cable or by a network that was there before setup."""
        ours = {activation.device for activation in (self._ap, self._home) if activation}
        for device in await self._manager.devices():
            if device.is_connected and device.path not in ours:
                return await self._manager.address(device.path)
        return None

    async def _radios(self) -> list[Device]:
        """The radio for the setup network first."""
        radios = [device for device in await self._manager.devices() if device.is_wifi]
        return sorted(radios, key=lambda device: (not device.can_be_ap, device.name))

    async def _radio_for_setup(self) -> Device | None:
        return next(iter(await self._radios()), None)

    async def _radio_for_home(self) -> Device | None:
        radios = await self._radios()
        return radios[-1] if radios else None


async def delete_left_behind(manager: NetworkManager) -> None:
    """Delete the setup network of a portal that died."""
    for path, profile in await manager.profiles():
        if radio.is_setup(profile):
            await manager.delete(path)


def _since_start() -> float:
    """Seconds since the box has started, also while it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _there[Thing](thing: Thing | None) -> Thing:
    """The radio or profile, which a hand may have pulled out meanwhile."""
    if thing is None:
        raise JoinFailed(Failure.NOT_FOUND)
    return thing


async def _after(before: asyncio.Task[None] | None, work: _Work) -> None:
    """Work that begins when what came before it has been ended, or never, if the next comes first."""
    await _end(before)
    await _guarded(work())


async def _end(task: asyncio.Task[None] | None) -> None:
    if task and task is not asyncio.current_task():
        task.cancel()
        await asyncio.wait([task])


async def _finished(task: asyncio.Task[None] | None) -> None:
    """Wait for what the other task does, however it ends."""
    if task and task is not asyncio.current_task():
        await asyncio.wait([task])


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """The outermost frame of a task: a bus that says no must not end the portal; the machine's deadline goes on from there."""
    try:
        await work
    except BusError as error:
        log.warning("setup goes on without: %s", error)
