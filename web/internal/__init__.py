"""What the assistant's actions may ask of the records: an API on a Unix socket, never reachable over a network."""
