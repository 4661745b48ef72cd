"""Facts the course rests on, with the source, date and terms of each."""
