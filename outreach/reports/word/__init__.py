"""The Word template of the reports and what makes it."""
