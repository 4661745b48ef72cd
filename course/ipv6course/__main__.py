"""`python -m ipv6course` is the `ipv6course` command."""

from ipv6course.commands import main

main()
