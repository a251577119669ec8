"""The directory of support services: an open standard, safe to search, kept fresh by the services themselves (S3)."""
