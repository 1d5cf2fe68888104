"""Ajustes: its index, and its pages about people and security."""
