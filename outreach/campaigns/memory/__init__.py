"""Sentences translated before: kept when a campaign is approved, found again while another one is written."""
