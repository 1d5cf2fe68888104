"""`python -m outreach` is the command line."""

from outreach.cli import main

main()
