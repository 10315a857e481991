"""Measures the processor time of this process."""

import os
import time


def cpu_seconds() -> float:
    """Processor time in seconds of this process and of its ended child processes, such as those that fit Prophet."""
    return time.process_time() + sum(os.times()[2:4])
