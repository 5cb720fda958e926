"""From a published document to a plan.

File → lines (``reader``), lines → draft (``parser``, pure), draft → rows (``apply``, one transaction).
"""
