"""Settings: what the box must know before it can open its database.

Read once, from `hearth.toml` in the data directory and from `HEARTH_…` variables, which win. What a household may
change at run time is a row in the database, not a setting. Every key is described in docs/settings.md.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import idna
import msgspec

from appliance import atomic_file

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
# Ports that browsers open no page on (WHATWG Fetch, "port blocking"), because another protocol could be tricked with it.
BLOCKED_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
    115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563,
    587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
    6679, 6697, 10080,
})  # fmt: skip
# What a person opens in a browser.
_PAGES = ("https_port", "http_port", "portal_port")

FILE_NAME = "hearth.toml"
_ON_THE_BOX = Path("/var/lib/hearth")


class SettingsError(Exception):
    """The settings cannot be used; the text is one line for a person."""


class FolderProtected(SettingsError):
    """The data folder is there, with a household's data in it, and cannot be written: what can be served is served."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting with its default; the variable of `https_port` is `HEARTH_HTTPS_PORT`, and so on."""

    https_port: Port = 8443
    http_port: Port = 8080
    media_port: Port = 8443
    bind: str = ""
    public_ip: str = ""
    hostname: str = "hearth"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    hardware_root: str = ""
    portal_port: Port = 80
    portal_address: str = "10.42.0.1/24"
    portal_card: str = "/boot/firmware"


def settings_file(folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the settings are: `HEARTH_SETTINGS`, else in the data folder."""
    chosen = environment.get("HEARTH_SETTINGS")
    return Path(chosen) if chosen else folder / FILE_NAME


def media_socket(folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the media process listens for the server: `HEARTH_MEDIA_SOCKET`, else in the data folder."""
    chosen = environment.get("HEARTH_MEDIA_SOCKET")
    return Path(chosen) if chosen else folder / "run" / "sfu.sock"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where everything lives: `HEARTH_DATA`, else the box's own folder, else `./data`."""
    if chosen := environment.get("HEARTH_DATA"):
        return Path(chosen).expanduser().resolve()
    return _ON_THE_BOX if os.access(_ON_THE_BOX, os.W_OK) else Path("data").resolve()


def prepare(folder: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Make the data folder with a commented settings file; `SettingsError` if it cannot be written.

    `FolderProtected` if people live in it all the same.
    """
    try:
        for part in (folder, folder / "run"):
            atomic_file.make_folder(part, displaces=part != folder)
            # On the box the group may pass through, to the media process's own folder inside.
            part.chmod(part.stat().st_mode & 0o710)
        file = folder / FILE_NAME
        # Settings that lie elsewhere are somebody else's to make: on the box, the package's.
        if settings_file(folder, environment) == file and not file.exists():
            atomic_file.write(file, _template().encode())
        probe = folder / "run" / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        kind = FolderProtected if _is_lived_in(folder) else SettingsError
        raise kind(
            f"Hearth cannot write to its data folder {folder} ({reason.lower()}). "
            "Choose another with HEARTH_DATA=/some/folder, or make this one writable."
        ) from error


def _is_lived_in(folder: Path) -> bool:
    with suppress(OSError):
        return (folder / "hearth.db").exists()
    return False


def load(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this start; `SettingsError` names the key and what would be right."""
    file = settings_file(folder, environment)
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text()) if file.exists() else {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    for field in Settings.__struct_fields__:
        if (value := environment.get(f"HEARTH_{field.upper()}")) is not None:
            values[field] = value
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file} or a HEARTH_ variable is not right: {error}") from error
    return _checked(settings)


def _checked(settings: Settings) -> Settings:
    """What no type says: ports that browsers open, addresses that are some, a name that the network takes."""
    for key in _PAGES:
        port: int = getattr(settings, key)
        if port in BLOCKED_PORTS:
            raise SettingsError(
                f"No browser opens a page on port {port}, because it belongs to another service. "
                f"Choose another with HEARTH_{key.upper()}=…, such as 8443 or 8080."
            )
    if settings.https_port == settings.http_port:
        raise SettingsError(
            f"https_port and http_port are both {settings.https_port}. Choose another for one of them."
        )
    for key, text in (
        ("bind", settings.bind),
        *(("public_ip", part) for part in settings.public_ip.split(",")),
    ):
        _require_address(key, text.strip())
    return msgspec.structs.replace(settings, hostname=_hostname(settings.hostname))


def _require_address(key: str, text: str) -> None:
    try:
        if text:
            ipaddress.ip_address(text)
    except ValueError as error:
        raise SettingsError(
            f"{key} is {text!r}, which is no IP address. Leave HEARTH_{key.upper()} empty, or give one."
        ) from error


def _hostname(text: str) -> str:
    """The name in the house as the network has it: “Bücher.local” → “xn--bcher-kva” (RFC 5891); `SettingsError` if it can be none."""
    name = text.strip().removesuffix(".").removesuffix(".local")
    try:
        if "." in name:
            raise SettingsError(
                _bad_name(text, "it has a dot in it")
            )  # an address, or a name of a network that is not the house's
        # As browsers do before they look a name up (UTS 46): small letters, and one spelling of each letter.
        return idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError as error:
        raise SettingsError(_bad_name(text, str(error).lower())) from error


def _bad_name(text: str, why: str) -> str:
    return (
        f"hostname is {text!r}, which cannot be a name in the network ({why}). "
        "Choose one word of 1 to 63 letters, digits and hyphens with HEARTH_HOSTNAME=…"
    )


def _template() -> str:
    lines = [
        "# Hearth's settings. A line without its # takes effect at the next start.",
        "# Each can also be given as a variable: HEARTH_HTTPS_PORT=443. What they mean: docs/settings.md",
        "",
    ]
    for name, value in msgspec.structs.asdict(Settings()).items():
        shown = f'"{value}"' if isinstance(value, str) else value
        lines.append(f"# {name} = {shown}")
    return "\n".join(lines) + "\n"
