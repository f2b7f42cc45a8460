"""The use cases: the one door for pages and command line.

Each module holds what one page or one command needs. Functions for pages take an open ``bench.Workbench`` first;
those that remember nothing take a ``Pool``. What they hand out are the values of ``workbench.views`` and
``plate.types``; what they raise on purpose is a :class:`PlateLoopError`, whose message is fit to be shown as it is.
"""

from pipeline.errors import AmbiguousLabels as AmbiguousLabels
from pipeline.errors import BadLabels as BadLabels
from pipeline.errors import LabellingError as LabellingError
from pipeline.errors import MediaError as MediaError
from pipeline.errors import NotFound as NotFound
from pipeline.errors import PictureGone as PictureGone
from pipeline.errors import PlateLoopError as PlateLoopError
