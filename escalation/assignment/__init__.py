"""Who gets a ticket: strategies as data, who they are asked about, and the next one for somebody who is free."""
