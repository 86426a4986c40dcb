"""Sharper statements than the papers print, proved here."""
