"""The setup portal: from a box that nobody can reach to one that a household lives in, by a phone."""
