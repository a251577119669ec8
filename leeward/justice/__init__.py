"""The wing for criminal justice: what courts order, and who among its staff knows how to answer."""
