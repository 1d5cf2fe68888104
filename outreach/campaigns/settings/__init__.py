"""The pages of Ajustes about what is sent: kinds, senders, the institution."""
