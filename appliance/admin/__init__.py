"""What the people who look after the box are told of it."""
