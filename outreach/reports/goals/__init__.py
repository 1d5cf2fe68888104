"""Goals of the annual programme, counted from the dispatch log."""
