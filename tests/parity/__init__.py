"""A course that is not about IPv6, honest hand-ins to it, and stock nbgrader as their judge."""
