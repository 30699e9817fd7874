"""A group of commands, and its help with examples, one a line as they are typed."""

from __future__ import annotations

import typer

AS_IT_STANDS = "\b"
"""A paragraph of help that begins with this line keeps its line breaks (click)."""


def group(summary: str, *examples: str) -> typer.Typer:
    """A group whose help is a line of summary and a block of examples.

    Args:
        summary: what its commands do.
        examples: whole command lines, ``social-r1`` included.
    """
    block = "\n  ".join(("Examples:", *examples))
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, help=f"{summary}\n\n{AS_IT_STANDS}\n{block}"
    )
    app.callback()(lambda: None)  # without one, Typer takes a lone command for the group itself
    return app
