"""The instructor's side without a shared file system: roster, collect, grades, feedback."""
