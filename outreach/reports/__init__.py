"""The log as sentences, tables and documents."""
