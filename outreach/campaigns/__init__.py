"""What is written, approved and scheduled."""
