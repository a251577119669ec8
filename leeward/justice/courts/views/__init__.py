"""Pages of orders: staff's, companies', everybody's, and the person's own."""
