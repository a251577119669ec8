"""Measures the directory's search and its open API with few and with many services, beside a plain scan of the rows."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
django.setup()
