"""Finds what a family gives for a meeting in what they write: pure functions, free of Rasa.

`find` (found.py) takes a message and what was asked, and returns what it holds. The words that it knows stand in
data/details/.
"""
