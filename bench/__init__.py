"""Measurements of the product beside floors measured in the same run: `make bench`."""
