"""What a person sees of the desk: the report, one question a page, and her one page by code."""
