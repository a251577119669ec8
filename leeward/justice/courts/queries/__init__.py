"""Reads orders, their targets, types and courts; each as far as its reader may know it."""
