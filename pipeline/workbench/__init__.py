"""The use cases: the one door for pages and command line.

Each module holds what one page or one command needs; functions take an open :class:`~pipeline.workbench.bench.Workbench`
first. What they hand out are the values of :mod:`pipeline.workbench.views` and :mod:`pipeline.plate.types`; what they
raise on purpose is a :class:`PlateLoopError`, whose message is fit to be shown as it is.
"""

from pipeline.errors import PlateLoopError as PlateLoopError
