"""What the leaflet left open: what families asked that it doesn't answer, and what staff write about it."""
