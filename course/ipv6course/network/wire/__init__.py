"""The formats on the wire, a file a protocol: `push_…` writes, `pull_…` reads.

`pull_…` takes bytes from anywhere, a stranger's among them. What does not make sense is a
`MalformedError` that says what and where; nothing else is ever raised.
"""


class MalformedError(ValueError):
    """Bytes that are not what their protocol allows."""
