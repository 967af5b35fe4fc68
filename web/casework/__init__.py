"""Work on requests and hand-offs, both of them items to staff: whose they are, how far they are."""
