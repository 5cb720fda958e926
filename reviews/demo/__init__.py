"""The demo institute: invented people at an invented institute, whole enough to try every page."""
