"""The Rasa assistant: what it understands, and the worker that web starts."""

import os

# Before anything imports TensorFlow: on some processors it leaves oneDNN's matrix products off, and a step of
# tuning takes a sixth longer.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
