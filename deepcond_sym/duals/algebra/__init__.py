"""Exact algebra of closed forms: normal forms, antiderivatives, tidy writing; equality is decided here."""
