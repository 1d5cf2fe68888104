"""The ledger and the engine that sends."""
