"""The made-up desk's last months, lived through by the same operations as real ones: no row is put in by hand."""
