"""Who people are: accounts, passwords, sign-ins."""
