"""Trains the assistant if anything it is made from has changed since the last time.

    python -m bot.train            trains into models/review.tar.gz where needed
    python -m bot.train --always   trains in any case

It runs `rasa train` and shows how far that has come; what Rasa says goes to models/train.log.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

MODELS = Path("models")
MODEL = MODELS / "review.tar.gz"
MADE_FROM = MODELS / "review.made-from"
LOG = MODELS / "train.log"
# Everything that a model depends on: what is learned from, the answers, and the code and packages that learn.
SOURCES = (
    "config.yml",
    "domain.yml",
    "data/nlu/**/*.yml",
    "data/rules/**/*.yml",
    "data/stories/**/*.yml",
    "data/answers/**/*.yml",
    "data/forms/**/*.yml",
    "data/topics.yml",
    "bot/components/**/*.py",
    "bot/understanding/**/*.py",
    "requirements/bot.txt",
)
# What Rasa says when a step begins, and about how many hundredths of the whole have passed then.
STEPS = (
    (r"Starting to train component 'TopicClassifier'", 4, "Reading the examples"),
    (r"Tuning the encoder", 6, "Tuning the encoder"),
    (r"Keeping the examples", 96, "Keeping the examples"),
    (r"Starting to train component 'RulePolicy'", 99, "Learning the rules"),
    (r"trained and saved", 100, "Done"),
)
# A step may say how far it is itself, such as "Tuning the encoder:  40%|".
PERCENT = re.compile(r"^(Tuning the encoder):\s+(\d+)%")


def fingerprint(root: Path = Path("."), patterns: Sequence[str] = SOURCES) -> str:
    """SHA-256 over the names and contents of all that a model is made from."""
    whole = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            whole.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def mark(made_from: str) -> str:
    """What stands beside a model: the fingerprint of what it was made from, and the hash of the model itself."""
    return f"{made_from} {hashlib.sha256(MODEL.read_bytes()).hexdigest()}\n"


def reason() -> str | None:
    """Why training is needed, in plain words; None if the model is whole and made from what stands here now."""
    if not MODEL.exists():
        return "there is no model yet"
    known = MADE_FROM.read_text().split() if MADE_FROM.exists() else []
    if known[:1] != [fingerprint()]:
        return "its data or its code have changed"
    return None if known == mark(known[0]).split() else "the model is damaged"


def lines(stream: Iterable[bytes]) -> Iterator[str]:
    """Lines of a program's output as they come, also those that a progress bar writes over each other."""
    rest = b""
    for piece in stream:
        *whole, rest = re.split(rb"[\r\n]", rest + piece)
        yield from (line.decode(errors="replace") for line in whole if line.strip())


def hundredths(line: str) -> tuple[int, str] | None:
    """How far training has come, and what it does, as far as this line of its output tells."""
    inside = PERCENT.match(line)
    for number, (pattern, begin, title) in enumerate(STEPS):
        if inside and title == inside.group(1):
            after = STEPS[number + 1][1]
            return begin + (after - begin) * int(inside.group(2)) // 100, title
        if not inside and re.search(pattern, line):
            return begin, title
    return None


def rasa_train(folder: Path) -> int:
    """Runs `rasa train` into `folder` with a progress bar; returns its exit code.

    Without Rasa's validation, which takes a minute and is `make validate`. Forced, because Rasa's own cache does not
    see changes in what the components are made of (bot/understanding).
    """
    command = [sys.executable, "-m", "rasa", "train", "--force", "--skip-validation"]
    command += ["--fixed-model-name", MODEL.name, "--out", str(folder)]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.update(PYTHONWARNINGS="ignore", SQLALCHEMY_SILENCE_UBER_WARNING="1", PYTHONUNBUFFERED="1")
    bar = tqdm(total=100, bar_format="{desc:<30} {percentage:3.0f}% |{bar:40}| {elapsed}")
    bar.set_description_str("Starting")
    with (
        LOG.open("wb") as log,
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, env=environment
        ) as process,
    ):
        if process.stdout is None:
            raise RuntimeError("rasa train has no output to follow")
        for line in lines(iter(lambda: os.read(process.stdout.fileno(), 65536), b"")):  # type: ignore[union-attr]
            log.write(line.encode() + b"\n")
            known = hundredths(line)
            if known and known[0] >= bar.n:
                bar.set_description_str(known[1])
                bar.update(known[0] - bar.n)
    bar.close()
    return process.returncode


def train() -> int:
    """Trains into a folder beside, then puts the model in place in one step: what serves is never half a model."""
    MODELS.mkdir(exist_ok=True)
    began, made_from = time.monotonic(), fingerprint()  # before: what changes meanwhile is not in the model
    with tempfile.TemporaryDirectory(dir=MODELS) as folder:
        code = rasa_train(Path(folder))
        made = Path(folder) / MODEL.name
        if code or not made.exists():
            tail = LOG.read_text(errors="replace").splitlines()[-25:]
            print("\n".join(tail), file=sys.stderr)  # noqa: T201
            print(f"Training failed; everything Rasa said is in {LOG}.", file=sys.stderr)  # noqa: T201
            return code or 1
        MADE_FROM.unlink(missing_ok=True)
        shutil.move(made, MODEL)
    MADE_FROM.write_text(mark(made_from))
    print(f"Trained in {time.monotonic() - began:.0f} seconds.")  # noqa: T201
    return 0


def main() -> int:
    """Called as a program."""
    why = "as you asked" if "--always" in sys.argv[1:] else reason()
    if why is None:
        return 0
    print(f"Training the assistant: {why} ...", flush=True)  # noqa: T201
    try:
        return train()
    except KeyboardInterrupt:
        print("\nStopped. Nothing was changed.", file=sys.stderr)  # noqa: T201
        return 130


if __name__ == "__main__":
    sys.exit(main())
