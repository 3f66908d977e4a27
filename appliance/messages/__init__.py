"""Messages: saying, reading, editing and answering them, and what has been read."""
