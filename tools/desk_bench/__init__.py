"""Measures the removal desk's lists and pages on a small and on a large desk: whether they stay as fast as it grows."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
django.setup()
