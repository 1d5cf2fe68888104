"""Tables of old reports, brought into the log with an audit of what they say."""
