"""What an evaluation through Inspect hears of its own questions: answers to keep, a server gone.

Inspect makes every error the failure of one sample and goes on with the next; a disk that is full
or a server that has died would fail each of them, the latter after minutes of retries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from social_r1.errors import InputError
from social_r1.evaluation.endpoints import knock
from social_r1.evaluation.journal import Journal
from social_r1.evaluation.solver import Listener
from social_r1.evaluation.types import Completion


class Watch(Listener):
    """Keeps answers as they come and ends the run once and for all where it cannot go on.

    Args:
        journal: takes the answers.
        address: where the model is; None is wherever its provider looks.
        advance: told how many answers have come.
    """

    def __init__(
        self, journal: Journal, address: str | None, advance: Callable[[int], None]
    ) -> None:
        self.end: InputError | None = None
        """Why nothing is asked any more."""
        self._journal, self._address, self._advance = journal, address, advance

    def before(self) -> None:
        """Let an ask begin.

        Raises:
            InputError: the run has ended; what has not begun fails at once.
        """
        if self.end:
            raise self.end

    def answered(self, key: str, answers: Sequence[tuple[int | None, Completion]]) -> None:
        """Keep these answers.

        Raises:
            InputError: they cannot be written.
        """
        try:
            self._journal.add((key, sample, completion) for sample, completion in answers)
        except InputError as error:
            self.end = error
            raise
        self._advance(len(answers))

    def failed(self) -> None:
        """See whether the server is still there; one that is gone ends the run."""
        if self.end or not self._address:
            return
        try:
            knock(self._address)
        except InputError as error:
            self.end = error
