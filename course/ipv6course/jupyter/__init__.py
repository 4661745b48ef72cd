"""What JupyterLab gets from the course: settings for each user, and one server extension.

This folder is a Jupyter configuration folder, for everybody. `exchange/` and `teach/` are two
more, that come before it: for a learner who hands in through an exchange, and for an instructor.
"""
