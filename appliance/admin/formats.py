"""Sizes and days as a household reads them."""

# A box has no button for it. On a computer that does other things too, whoever looks after it knows a gentler way.
RESTART = "restart the box: pull its plug for five seconds"

_UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"))


def size(amount: int) -> str:
    """Bytes as shops sell them: 127865454592 → “128 GB”; one decimal below ten."""
    for unit, name in _UNITS:
        if amount >= unit:
            number = amount / unit
            return f"{number:.1f} {name}" if number < 9.95 else f"{number:.0f} {name}"
    return "less than 1 MB"


def days(number: int) -> str:
    """“1 day”, “12 days”."""
    return "1 day" if number == 1 else f"{number} days"
