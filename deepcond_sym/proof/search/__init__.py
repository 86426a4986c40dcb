"""Untrusted search for the evidence that rules check: nothing here can prove anything."""
