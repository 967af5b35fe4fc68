"""Forms: a meeting asked for (meeting.py), one asked for earlier (manage.py), something passed on (handoff.py).

Each is one Rasa action that is also an active loop: while it is active, every message comes to it, and it answers
questions in the middle itself (questions.py). What is said stands in data/forms/; what is kept, in one slot.
"""
