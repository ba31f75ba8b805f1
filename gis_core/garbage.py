"""What is kept in memory for long, taken out of the search for garbage."""

import gc


def settle() -> None:
    """Clear up, and never look again through what is there now.

    A city in memory is hundreds of thousands of objects. To look through them takes a fifth of a second, in which
    nobody is answered, and finds nothing. What is dropped later goes all the same, unless it holds itself in a circle.
    """
    gc.collect()
    gc.freeze()
