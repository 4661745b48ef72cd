"""The IPv6 course: what a lesson imports, and the `ipv6course` command. Imports nothing itself."""
