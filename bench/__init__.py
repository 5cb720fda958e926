"""The benchmark: ``make bench`` prints one table. It is never a timed test."""
