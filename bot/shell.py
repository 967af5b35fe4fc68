"""`rasa shell` with the project's actions beside it, on loopback. All that is kept needs `make run`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from bot.action_server import PORT
from bot.train import MODEL

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def wait_for_actions(server: subprocess.Popen[bytes]) -> bool:
    """True once the action server answers (an empty call is refused, which is an answer)."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/webhook", timeout=1)  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def main() -> int:
    """Called as a program; arguments go to `rasa shell`."""
    environment = {**os.environ, **QUIET, "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    server = subprocess.Popen([sys.executable, "-m", "bot.action_server"], env=environment)  # noqa: S603
    try:
        if not wait_for_actions(server):
            print(f"Port {PORT} of this machine is taken, so the actions cannot run.", file=sys.stderr)  # noqa: T201
            return 1
        shell = [
            sys.executable,
            "-m",
            "rasa",
            "shell",
            "--model",
            str(MODEL),
            "--interface",
            "127.0.0.1",
            *sys.argv[1:],
        ]
        # At the end of piped input Rasa would wait for ever.
        typed = None if sys.stdin.isatty() else sys.stdin.buffer.read() + b"\n/stop\n"
        return subprocess.run(shell, env=environment, input=typed).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 130
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
