"""Answers of staff in the chat itself, where the family agreed: who may, who is there, and what they say."""
