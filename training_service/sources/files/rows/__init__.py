"""What the rows of a sales file mean: which rows are no sales or refunds, to which day and order they belong."""
