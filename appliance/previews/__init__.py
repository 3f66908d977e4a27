"""Link previews: what the box finds out about an address that somebody says, so that no reader's browser has to go there."""
