"""From a text lesson to nbgrader's source and release, and the gates that prove its exercises."""
