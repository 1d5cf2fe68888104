"""Periods whose figures and documents are frozen, and what changed afterwards."""
