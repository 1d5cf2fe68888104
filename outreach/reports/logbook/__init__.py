"""The pages that add to the log: by hand, by corrections, and from the tables of old reports."""
