"""Recurring bulletins: their rule, the drafts that open by themselves, and who is reminded."""
