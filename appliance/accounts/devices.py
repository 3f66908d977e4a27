"""What a browser calls itself, in words that its owner recognises in a list of devices."""

UNKNOWN = "Unknown device"
# Far beyond any real one; what follows cannot change the answer for honest browsers.
_LONGEST = 1024

# Order matters: nearly every browser also claims to be those further down.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def describe(user_agent: str) -> str:
    """“Firefox on Linux”; nothing of the header itself is kept, only words of ours."""
    user_agent = user_agent[:_LONGEST]
    browser = next((word for sign, word in _BROWSERS if sign in user_agent), None)
    system = next((word for sign, word in _SYSTEMS if sign in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or UNKNOWN
