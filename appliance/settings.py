"""Settings: what the box must know before it can open its database.

Read once, from `hearth.toml` in the data directory and from `HEARTH_…` variables, which win. What a household may
change at run time is a row in the database, not a setting. Every key is described in docs/settings.md.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]

FILE_NAME = "hearth.toml"
_ON_THE_BOX = Path("/var/lib/hearth")


class SettingsError(Exception):
    """The settings cannot be used; the text is one line for a person."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting with its default; the variable of `https_port` is `HEARTH_HTTPS_PORT`, and so on."""

    https_port: Port = 8443
    http_port: Port = 8080
    media_port: Port = 8443
    bind: str = ""
    public_ip: str = ""
    hostname: str = "hearth"
    log_level: str = "info"
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
    """Make the data folder with a commented settings file; `SettingsError` if it cannot be written."""
    try:
        for part in (folder, folder / "run"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
            # On the box the group may pass through, to the media process's own folder inside.
            part.chmod(part.stat().st_mode & 0o710)
        file = folder / FILE_NAME
        # Settings that lie elsewhere are somebody else's to make: on the box, the package's.
        if settings_file(folder, environment) == file and not file.exists():
            file.write_text(_template())
        probe = folder / "run" / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"Hearth cannot write to its data folder {folder} ({reason.lower()}). "
            "Choose another with HEARTH_DATA=/some/folder, or make this one writable."
        ) from error


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
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file} or a HEARTH_ variable is not right: {error}") from error


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
