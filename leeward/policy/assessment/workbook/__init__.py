"""The workbook for an offline workshop: how it is laid out, written, and read back cell by cell."""
