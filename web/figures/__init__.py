"""How it goes, by the week: numbers from which no person can be told."""
