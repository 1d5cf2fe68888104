"""When mail may leave: non-working days, restricted periods, and wall times around the world."""
