"""How the box is reached: its addresses, its certificate, the plain-HTTP page that leads to it."""
