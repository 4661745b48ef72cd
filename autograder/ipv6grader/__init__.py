"""Grades nbgrader submissions. Knows nothing of IPv6."""
