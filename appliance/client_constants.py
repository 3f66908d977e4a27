"""What the web client has to know as the server has it, as a module for it: `python -m appliance.client_constants FILE`.

Permission bits, so that the screen does not offer what would be refused, the lengths at which a field stops taking more, and
the numbers of kinds.
They are written once, where the server uses them.
"""

import sys
from pathlib import Path

from appliance.access.permissions import IN_CONVERSATION, READ_ONLY, Permission
from appliance.accounts import passwords
from appliance.channels import channels
from appliance.conversations import groups
from appliance.emojis import pictures
from appliance.guilds import guilds, people
from appliance.messages import sending
from appliance.relationships.model import RelationshipType

_HEAD = "/** Made by `./just types` from `appliance/client_constants.py`. */\n"


def limits() -> dict[str, int]:
    """How long a text may be, in code points, how many people a group may have, and how large a picture for an emoji may be."""
    return {
        "messageLength": sending.LONGEST,
        "topicLength": channels.LONGEST_TOPIC,
        "descriptionLength": guilds.LONGEST_DESCRIPTION,
        "nicknameLength": people.LONGEST_NICK,
        "shortestPassword": passwords.SHORTEST,
        "groupSize": groups.MOST_RECIPIENTS,
        "emojiBytes": pictures.LARGEST_BYTES,
    }


def module() -> str:
    """The text of the module."""
    bits = "".join(f"  {flag.name}: 1n << {flag.bit_length() - 1}n,\n" for flag in Permission)
    lengths = "".join(f"  {name}: {length},\n" for name, length in limits().items())
    kinds = "".join(f"  {kind.name.lower()}: {kind.value},\n" for kind in RelationshipType)
    return (
        f"{_HEAD}export const Permission = {{\n{bits}}} as const;\n\n"
        "/** What each recipient of a conversation may do there. */\n"
        f"export const IN_CONVERSATION = {_union(IN_CONVERSATION)};\n\n"
        "/** What is left of it in a direct message between two people of whom one has blocked the other. */\n"
        f"export const READ_ONLY = {_union(READ_ONLY)};\n\n"
        f"export const RelationshipType = {{\n{kinds}}} as const;\n\n"
        "/** Lengths in code points; a group's size with everybody in it; a picture's in bytes. */\n"
        f"export const limits = {{\n{lengths}}} as const;\n"
    )


def _union(permissions: Permission) -> str:
    return " | ".join(f"Permission.{flag.name}" for flag in Permission if flag in permissions)


def main() -> None:
    """Write the module to the file that is named on the command line."""
    Path(sys.argv[1]).write_text(module(), encoding="utf-8")


if __name__ == "__main__":
    main()
