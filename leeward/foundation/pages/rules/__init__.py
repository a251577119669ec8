"""What a page is and how it is judged: no database and no page of the site."""
