"""What a person's slip is: a number of their own, of which the convicted person's order holds nothing."""

# The name in a holding of the slip that somebody has typed on their own page.
ORDER = "order"
PURPOSE = "courts/slip"
