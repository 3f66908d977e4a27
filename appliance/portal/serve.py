"""The portal process: it runs as long as the box does, and between setups only leads from port 80 to the server."""

import asyncio
import ipaddress
import logging
import sys
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from dbus_fast.errors import AuthError, InvalidAddressError

from appliance import allocator
from appliance.dbus.network_manager import NetworkManager
from appliance.dbus.system_bus import BusError, SystemBus
from appliance.http.connection_limits import PAGES
from appliance.http.listener import Port, listening
from appliance.port_check import listening_address
from appliance.portal import forms
from appliance.portal.effects import Effects
from appliance.portal.founding import Founder
from appliance.portal.portal import Portal
from appliance.portal.progress_store import ProgressStore
from appliance.portal.screens import Screens
from appliance.portal.setup_access import SetupAccess
from appliance.portal.setup_network import SetupNetwork
from appliance.portal.site import Site
from appliance.portal.state_machine import StateMachine
from appliance.portal.watch import watched
from appliance.settings import Settings, SettingsError

log = logging.getLogger(__name__)


async def serve(folder: Path, settings: Settings, stop: asyncio.Event) -> None:
    """Run until `stop`; `SettingsError` for what a person can put right."""
    allocator.return_large_blocks()
    setup_network = _setup_network(settings)
    address = listening_address(settings, [("portal_port", settings.portal_port)])
    store = ProgressStore(folder, Path(settings.portal_card))
    founder = Founder(folder)
    code = store.code()
    async with AsyncExitStack() as stack:
        try:
            bus = await stack.enter_async_context(SystemBus.open())
            manager = await stack.enter_async_context(NetworkManager.open(bus))
            effects = Effects(StateMachine(), bus, manager, store, setup_network)
            stack.push_async_callback(effects.close)
            await effects.begin(has_admin=await founder.has_admin())
        except (OSError, BusError, AuthError, InvalidAddressError) as error:
            raise SettingsError(
                f"Setup needs NetworkManager on the system bus, and there is none: {error}"
            ) from error
        site = Site(
            effects.machine, SetupAccess(setup_network, code, time.monotonic), settings, setup_network
        )
        portal = Portal(site, Screens(site, effects, founder, store))
        await stack.enter_async_context(
            listening(Port(address, settings.portal_port, PAGES, limit=_form_limit), portal)
        )
        if not effects.machine.has_admin:
            # For the screen that is plugged into the box; the unit sends this to the console.
            sys.stdout.write(f"To set this box up over its cable, the code is {code}\n")
            sys.stdout.flush()
        log.info("the portal answers on port %d", settings.portal_port)
        async with watched(effects, address, settings.portal_port):
            await _first(stop.wait(), bus.gone(), effects.run(), site.learn_name())


def _form_limit(_method: str, _target: str) -> int:
    """Every body here is a form; who pastes too much into one is led back to it, and only far too much is refused unread."""
    return 4 * forms.MOST_BYTES


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    """Return when one of them ends; its error, if it has one, is raised."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _setup_network(settings: Settings) -> SetupNetwork:
    try:
        return SetupNetwork(ipaddress.IPv4Interface(settings.portal_address))
    except ValueError as error:
        raise SettingsError(
            f"portal_address is no address with a prefix, such as 10.42.0.1/24: {error}"
        ) from error
