"""The main job on invented people and a mailbox of its own, for looking around."""
