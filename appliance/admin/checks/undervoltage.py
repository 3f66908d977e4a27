"""Too little voltage: the usual reason why a small board hangs or loses what it was writing."""

from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Power supply"
KEYS: Keys = {
    "undervoltage": (),
    "undervoltage_now": (),
    "under_voltage": (),
    "under_voltage_before": (),
}
_FIX = "Use the power supply that is made for this board, on its own short cable. Give disks a supply of their own."


def check(facts: Facts) -> Problem | None:
    """Whether the voltage is too low now, or was since the box was switched on."""
    if facts.power.under_voltage:
        return Problem(
            key="under_voltage", severity="serious", title="The power supply is too weak", fix=_FIX,
            sentence="The box gets too little voltage right now. It slows down, and may stop without a warning.",
        )  # fmt: skip
    if facts.power.under_voltage_since_boot:
        return Problem(
            key="under_voltage_before", severity="warning", title="The power supply has dipped", fix=_FIX,
            sentence="It has been too weak at least once since the box was started.",
        )  # fmt: skip
    return None


def good(facts: Facts) -> Good | None:
    """As far back as the board remembers."""
    if facts.power.under_voltage is None:
        return None
    if facts.power.under_voltage_since_boot is None:
        return Good("It gives enough voltage now.", key="undervoltage_now")
    return Good("It has not dipped since the box was started.")
