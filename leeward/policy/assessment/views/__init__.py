"""The pages: for policy officers and the bodies that review, and for everybody."""
