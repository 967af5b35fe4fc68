"""Kills the service at random moments while families book, then looks whether anything was lost or doubled."""
