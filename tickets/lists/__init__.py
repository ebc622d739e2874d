"""The lists of the desk: which there are, what an address asks of one, and how many tickets stand in each."""
