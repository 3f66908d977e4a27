"""What things cost, with peers measured beside us in the same run."""
