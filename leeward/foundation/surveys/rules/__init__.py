"""The rules of surveys: values in, values out."""
