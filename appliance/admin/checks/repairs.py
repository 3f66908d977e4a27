"""Keys that were damaged and are new: nothing has to be done, but a card that loses files loses more of them."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Keys"
KEYS: Keys = {"keys_repaired": ("files",)}


def check(facts: Facts) -> Problem | None:
    """Whether this start had to make a key or a secret anew."""
    if not facts.repaired:
        return None
    files = ", ".join(facts.repaired)
    return Problem(
        key="keys_repaired", severity="warning", title="Keys had to be made anew",
        sentence=f"When the server started, {files} was damaged or gone. Devices may have to sign in or trust the box once more.",
        fix="A power cut can do this once. If it comes back, have a backup made and replace the card or disk.",
        facts={"files": files},
    )  # fmt: skip


def good(facts: Facts) -> Good | None:
    """All of them as they were is nothing to tell."""
    del facts
    return None
