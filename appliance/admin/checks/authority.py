"""The authority behind the certificate: phones trust it, and each must be told when it becomes another one."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem

TITLE = "Trust of phones"
KEYS: Keys = {
    "authority": ("days",),
    "authority_early": (),
    "authority_replaced": ("reason",),
    "authority_ends": ("days",),
}
_DAY_MS = 24 * 3600 * 1000
# Everybody in a house has met the person who looks after the box within a month.
_TOLD_DAYS = 30
# It takes its time until each phone has been in somebody's hand.
_SOON_DAYS = 60
_WHY = {
    "age": "The old one had run out.",
    "clock": "The old one was made while the clock was wrong.",
    "damage": "The old one was damaged on the card or disk.",
}
_FIX = "On each phone and computer that had been told to trust the box, open its page for new phones (http:// and the box's address) and load the certificate anew."


def check(facts: Facts) -> Problem | None:
    """Whether it was replaced lately, is from the future, or ends."""
    authority = facts.authority
    if authority is None:
        return None
    if authority.begins > facts.at + _DAY_MS:
        return Problem(
            key="authority_early", severity="serious", title="The box's certificate is not good yet",
            sentence="It was made while the clock was ahead, or the clock is behind now.",
            fix="Let the box reach the internet: its clock sets itself, and the certificate is made anew if it has to be.",
        )  # fmt: skip
    if authority.replaced and facts.at - authority.begins < _TOLD_DAYS * _DAY_MS:
        reason = authority.replaced if authority.replaced in _WHY else "damage"
        why = _WHY[reason]
        return Problem(
            key="authority_replaced", severity="warning", title="Phones must trust the box once more", fix=_FIX,
            sentence=f"The box has a new certificate authority. {why} Phones that trusted it will warn of the box.",
            facts={"reason": reason},
        )  # fmt: skip
    left = (authority.ends - facts.at) // _DAY_MS
    if left >= _SOON_DAYS:
        return None
    return Problem(
        key="authority_ends", severity="warning", title="Phones must soon trust the box once more",
        sentence=f"What they trust is good for {formats.days(max(left, 0))}. A new one is made some weeks before its end.",
        fix="Nothing needs to be done yet. When the new one is there, this page says so, and each phone has to load it.",
        facts={"days": float(max(left, 0))},
    )  # fmt: skip


def good(facts: Facts) -> Good | None:
    """How long phones go on trusting the box."""
    if facts.authority is None:
        return None
    left = (facts.authority.ends - facts.at) // _DAY_MS
    return Good(
        f"Phones that were told to trust the box do so for {formats.days(left)} more.", {"days": float(left)}
    )
