"""Whether the ports that a process will listen on are free, before anything else is started."""

import socket
from collections.abc import Iterable

from appliance.settings import Settings, SettingsError


def listening_address(settings: Settings, ports: Iterable[tuple[str, int]]) -> str:
    """The address to listen on: that of the settings, or every one; `SettingsError` names the first of `ports` that is taken.

    `ports`: the setting that each comes from, and its number.
    """
    address = settings.bind or ("::" if socket.has_dualstack_ipv6() else "0.0.0.0")  # noqa: S104  the whole house may come in
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for setting, port in ports:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise SettingsError(
                    f"Port {port} cannot be used ({(error.strerror or str(error)).lower()}). Stop what uses it, or choose "
                    f"another with HEARTH_{setting.upper()}=…"
                ) from error
    return address
