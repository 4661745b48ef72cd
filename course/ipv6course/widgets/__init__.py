"""Widgets: one file a widget, each a view of a plain function that a lesson or a test can call."""
