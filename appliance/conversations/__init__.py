"""Direct messages between two, and groups: how they come to be, who is in them, and what a group is called."""
