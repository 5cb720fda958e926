"""Organizations and people by spreadsheet: read, check every row, show it, apply all or nothing."""
