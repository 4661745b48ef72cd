"""The formats on the wire, a file a protocol: `push_…` writes, `pull_…` reads.

`pull_…` takes bytes from anywhere, a stranger's among them. What does not make sense is a
`MalformedError` that says what and where; nothing else is ever raised.
"""


class MalformedError(ValueError):
    """Bytes that are not what their protocol allows."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at
        """Where the wrong field stands, in octets from the beginning of what was pulled; None where
        that is not known."""
