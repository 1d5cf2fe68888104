"""Outreach: bilingual mailings of a public institution, and the log that writes the report."""
