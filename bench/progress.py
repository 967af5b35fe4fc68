"""Shows how far a long run is: bars in a terminal, lines now and then where the output is a file."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench import training

LINE_EVERY_EPOCHS = 10


class Bars:
    """The bars of one run, shown while the `with` block lasts."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # Drawn twice a second only: the load generator shares the machine with what it measures.
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            refresh_per_second=2,
        )
        self._training: TaskID | None = None
        self._measuring: TaskID | None = None

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def training(self, progress: training.Progress) -> None:
        """Show how far the stock training is; the time left is Rasa's own estimate for the component at work."""
        if self._training is None:
            self._console.print("Training the comparison: about a quarter of an hour, once; then it is kept.")
            self._training = self._progress.add_task("", total=None, note="")
        note = f"{progress.left} left for this part" if progress.left else ""
        self._progress.update(
            self._training,
            description=progress.component,
            completed=progress.done,
            total=progress.total or None,
            note=note,
        )
        if not self._console.is_terminal and progress.total and progress.done % LINE_EVERY_EPOCHS == 0:
            self._console.print(f"{progress.component}: {progress.done} of {progress.total} epochs, {note}")

    def measuring(self, messages: int) -> None:
        """Begin the bar of the measured messages."""
        if self._training is not None:
            self._progress.remove_task(self._training)
        self._measuring = self._progress.add_task("Measuring", total=messages, note="messages")

    def say(self, words: str) -> None:
        """Name the step that begins."""
        self._console.print(words)

    def tick(self) -> None:
        """One more message was answered."""
        if self._measuring is not None:
            self._progress.advance(self._measuring)
