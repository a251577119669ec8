"""Measures what a sending costs the server beside its slow hash (tools/bench_sending.py starts it)."""

import django

django.setup()
