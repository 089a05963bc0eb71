"""Networks inside the program: what they are, their columns, and what plans change in them."""
