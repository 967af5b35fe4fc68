"""Measures this project beside a stock Rasa project, in one run on one machine: speed, waiting, memory, start-up."""
