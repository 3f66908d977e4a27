"""How people come into the house: the first admin by the setup link, everybody else by an invite."""
