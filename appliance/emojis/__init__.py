"""A guild's own emoji: small pictures with a name, for messages, reactions and the picker."""
