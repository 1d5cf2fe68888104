"""Page furniture without domain knowledge."""
