"""The pages of Ajustes about the machine: the mail server, and how everything stands."""
