"""What an image is made of, as its TOML files say it.

A layer is one capability: `layers/NAME.toml`, and beside it perhaps `layers/NAME/files/` (copied as it is, owned by root) and
`layers/NAME/script` (run inside the root, after all files are there). A board names its layers; nothing else is in its image.
"""

from pathlib import Path

import msgspec

HERE = Path(__file__).parent


class Unknown(Exception):
    """No file of that name; the message says which there are."""


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`modules` go into the initial RAM disk; `services` are switched on, `unwanted` masked."""

    summary: str
    packages: list[str] = []
    modules: list[str] = []
    services: list[str] = []
    unwanted: list[str] = []
    name: str = ""

    @property
    def files(self) -> Path | None:
        folder = HERE / "layers" / self.name / "files"
        return folder if folder.is_dir() else None

    @property
    def script(self) -> Path | None:
        file = HERE / "layers" / self.name / "script"
        return file if file.is_file() else None


class Sizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the partitions, in MiB; `data` grows at first boot to the end of the card."""

    config: int = 16
    boot: int = 128
    system: int = 1024
    data: int = 64


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kernel` comes from the Raspberry Pi archive where that is given, `debian_kernel` from Debian otherwise.

    `table` is what the board's firmware can read: A/B slots need a GPT. `console` is the kernel's. `firmware` are patterns for
    what lies beside the kernel, `config` is that firmware's own text, config.txt; `debian_config` comes after it with Debian's kernel.
    """

    summary: str
    architecture: str
    layers: list[str]
    debian_kernel: str | None = None
    kernel: str | None = None
    table: str = "gpt"
    console: str = "tty1"
    firmware: list[str] = []
    config: str = ""
    debian_config: str = ""
    sizes: Sizes = Sizes()
    name: str = ""

    @property
    def has_slots(self) -> bool:
        return self.table == "gpt"

    def with_debian_kernel(self) -> "Board":
        """The board as Debian alone starts it; without a `kernel` if it does not."""
        return msgspec.structs.replace(
            self, kernel=self.debian_kernel, config=self.config + self.debian_config
        )


def board(name: str) -> Board:
    """The description of a board; `Unknown` if there is none."""
    return msgspec.structs.replace(_read("boards", name, Board), name=name)


def layers(of: Board, without: list[str]) -> list[Layer]:
    """A board's layers in their order, but for those of `without`."""
    return [
        msgspec.structs.replace(_read("layers", name, Layer), name=name)
        for name in of.layers
        if name not in without
    ]


def names(folder: str) -> list[str]:
    return sorted(file.stem for file in (HERE / folder).glob("*.toml"))


def _read[Kind](folder: str, name: str, kind: type[Kind]) -> Kind:
    file = HERE / folder / f"{name}.toml"
    if not file.is_file():
        raise Unknown(f"There is no {folder[:-1]} {name!r}; there are {', '.join(names(folder))}.")
    return msgspec.toml.decode(file.read_bytes(), type=kind)
