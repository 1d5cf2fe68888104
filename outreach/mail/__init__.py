"""Mail plumbing without domain knowledge."""
