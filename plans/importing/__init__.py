"""From a published document to a plan: file → lines (reader), lines → draft (parser, pure), draft → rows (apply)."""
