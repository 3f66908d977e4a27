"""What the web client has to know as the server has it, as a module for it: `python -m appliance.client_constants FILE`.

Permission bits, so that the screen does not offer what would be refused, and the lengths at which a field stops taking more.
They are written once, where the server uses them.
"""

import sys
from pathlib import Path

from appliance.access.permissions import Permission
from appliance.channels import channels
from appliance.guilds import guilds
from appliance.messages import sending

_HEAD = "/** Made by `./just types` from `appliance/client_constants.py`. */\n"


def limits() -> dict[str, int]:
    """How long a text may be, in code points."""
    return {
        "messageLength": sending.LONGEST,
        "topicLength": channels.LONGEST_TOPIC,
        "descriptionLength": guilds.LONGEST_DESCRIPTION,
    }


def module() -> str:
    """The text of the module."""
    bits = "".join(f"  {flag.name}: 1n << {flag.bit_length() - 1}n,\n" for flag in Permission)
    lengths = "".join(f"  {name}: {length},\n" for name, length in limits().items())
    return (
        f"{_HEAD}export const Permission = {{\n{bits}}} as const;\n\n"
        f"/** In code points. */\nexport const limits = {{\n{lengths}}} as const;\n"
    )


def main() -> None:
    """Write the module to the file that is named on the command line."""
    Path(sys.argv[1]).write_text(module(), encoding="utf-8")


if __name__ == "__main__":
    main()
