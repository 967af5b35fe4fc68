"""Members of staff: who they are, what they may do, how they sign in."""
