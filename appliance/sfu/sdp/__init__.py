"""SDP (RFC 8829) as text: the offers that we write and the answers that browsers send. No I/O."""
