"""What a notebook imports: values, tables and listings, published for the page."""
