"""Measures model servers against each other on one machine."""
