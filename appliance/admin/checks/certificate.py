"""A certificate that runs out: browsers then refuse to open Hearth at all."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Trusted connection"
KEYS: Keys = {"certificate": ("days",), "certificate_over": (), "certificate_ends": ("days",)}
_DAY_MS = 24 * 3600 * 1000
# It is renewed 30 days before its end (network.certificates): at 14 something has gone wrong.
_SOON_DAYS = 14


def check(facts: Facts) -> Problem | None:
    """Whether the certificate ends soon, or has ended."""
    if facts.certificate_ends is None:
        return None
    left = (facts.certificate_ends - facts.at) // _DAY_MS
    if left >= _SOON_DAYS:
        return None
    fix = f"To have a new one made, {formats.RESTART}. If this stays, the box has the wrong time: it needs the internet to know it."
    if facts.certificate_ends <= facts.at:
        return Problem(
            key="certificate_over", severity="serious", title="The certificate has run out", fix=fix,
            sentence="Browsers refuse to open Hearth, or warn of it.",
        )  # fmt: skip
    return Problem(
        key="certificate_ends", severity="warning", title="The certificate runs out soon", fix=fix,
        sentence=f"It is good for {formats.days(left)}, and should have been renewed by now.",
        facts={"days": float(left)},
    )  # fmt: skip


def good(facts: Facts) -> Good | None:
    """How long it is good for."""
    if facts.certificate_ends is None:
        return None
    left = (facts.certificate_ends - facts.at) // _DAY_MS
    return Good(
        f"The certificate is good for {formats.days(left)} and renews itself in time.", {"days": float(left)}
    )
