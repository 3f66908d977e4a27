"""RTP and RTCP as pure functions of bytes: headers, sequence numbers, history, feedback."""
