"""The base page, its components, headers and the way out of the site."""
