"""What a measurement costs the processors."""

import os
import time


def cpu_seconds() -> float:
    """Of this process and of those that it waited for, such as those that fit Prophet."""
    return time.process_time() + sum(os.times()[2:4])
