"""Reports and logs as files, one module for each family of formats."""
