"""What was asked: from a question's words to the entry, row or list that is meant."""

import os

# Before numpy is imported: a question is too small to be shared out, and on a busy machine the threads
# of a BLAS wait for each other (measured: 16 ms a question instead of 1).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
