"""Rasa SDK actions. They run inside the worker (bot/assistant.py), not in a server of their own."""
