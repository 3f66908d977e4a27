"""What a process says to systemd: that it is ready and alive, and its log. Both processes use it, and it imports nothing of ours."""
