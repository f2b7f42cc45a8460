"""Work that takes longer than a page can wait: a queue, and the worker process that works it off.

The job's row in the store is the truth, the queue carries its id and nothing else. What a job of some kind does is
registered by the workbench as a handler, which this room knows only by its kind's name.
"""

from pipeline.jobs.context import Handler as Handler
from pipeline.jobs.context import JobContext as JobContext
from pipeline.jobs.context import Stopped as Stopped
from pipeline.jobs.queue import Queue as Queue
from pipeline.jobs.worker import run_worker as run_worker
from pipeline.jobs.worker import worker_is_alive as worker_is_alive
