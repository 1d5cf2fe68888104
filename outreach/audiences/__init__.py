"""The people written to."""
