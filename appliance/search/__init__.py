"""Search: an index of folded words beside the messages, and what of them somebody may see at this moment."""
