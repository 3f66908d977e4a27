"""HTTP and WebSockets below the application: the listener, its limits, the way to granian, static files. Imports no domain."""
