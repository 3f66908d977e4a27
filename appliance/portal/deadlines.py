"""How long each part of setting up may take."""

SAVED_SECONDS = 20.0
"""How long a remembered network may take to come back at the start, before the setup network opens."""
SCAN_SECONDS = 12.0
# A limit for a radio that hangs; a slow one that is given up in the middle would never open.
OPEN_SECONDS = 25.0
OPEN_AGAIN_SECONDS = 3.0
# The page that says what comes next must reach the phone before its network goes.
LEAVE_SECONDS = 3.0
# With one radio the setup network is gone from leaving to returning: this and some seconds for opening stay under 30.
JOIN_ALONE_SECONDS = 26.0
JOIN_SHARED_SECONDS = 45.0
# For an address, once the network has let the box in: then the password is right, and giving up would be a pity.
LEASE_SECONDS = 15.0
# Of the time that is left, for the first of two ways: it has to find the network again.
FIRST_SHARE = 2 / 3
# A second try is not begun for which there is no time; the radio has just looked round, so it is shorter than the first.
LEAST_TRY_SECONDS = 6.0
LINGER_SECONDS = 60.0
# With one radio the box is at home only afterwards, and somebody waits there already: as long in all, but no more than it
# takes a phone to hear that all is well.
LINGER_ALONE_SECONDS = 15.0
HANDOVER_SECONDS = 600.0
# With one radio the box is not at home before the setup network closes, and whoever left without a word waits for it there.
HANDOVER_ALONE_SECONDS = 180.0
RESCUE_SECONDS = 900.0
"""How long after setup was opened again a forgotten password may be replaced: the setup network is open to all who are near."""
