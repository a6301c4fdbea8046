"""Learning a base: in a process of its own, and what is learnt kept in a file."""
