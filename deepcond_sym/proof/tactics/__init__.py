"""Patterns of proof made of the rules. Nothing here is trusted: a tactic that errs fails to prove."""
