"""Too hot: the board slows itself down, and calls are the first to suffer."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem, RowFacts

TITLE = "Temperature"
KEYS: Keys = {
    "temperature": ("celsius", "limit"),
    "nearly_too_hot": ("celsius", "limit"),
    "too_hot": ("celsius", "limit"),
}
# A hot day or a long call is worth this much; whoever is closer to the limit will reach it.
_MARGIN = 5.0
_FIX = "Give it air: take it out of a closed cupboard and away from the sun and other warm devices. A small heat sink or fan ends it for good."


def check(facts: Facts) -> Problem | None:
    """Whether the board is at the temperature from which on it slows down, or nearly."""
    celsius, limit = facts.heat.celsius, facts.heat.slows_down_celsius
    if celsius is None or celsius < limit - _MARGIN:
        return None
    numbers: RowFacts = {"celsius": celsius, "limit": limit}
    if celsius < limit:
        sentence = f"The box is {celsius:.0f} °C warm; from {limit:.0f} °C on it slows itself down."
        return Problem(
            key="nearly_too_hot", severity="warning", title="The box is getting hot", sentence=sentence,
            fix=_FIX, facts=numbers,
        )  # fmt: skip
    sentence = f"At {celsius:.0f} °C the box slows itself down, and calls may stutter."
    return Problem(
        key="too_hot",
        severity="serious",
        title="The box is too hot",
        sentence=sentence,
        fix=_FIX,
        facts=numbers,
    )


def good(facts: Facts) -> Good | None:
    """How much room there is."""
    if facts.heat.celsius is None:
        return None
    celsius, limit = facts.heat.celsius, facts.heat.slows_down_celsius
    return Good(f"Cool enough: {celsius:.0f} °C of {limit:.0f}.", {"celsius": celsius, "limit": limit})
