"""Everything PlateLoop raises on purpose.

PlateLoopError
├── ConfigError              a setting that cannot be used
├── MediaError               a file that cannot be opened as what it claims to be
│   ├── EmptyFile
│   ├── NotAnImage
│   ├── BrokenImage
│   ├── ImageTooLarge        a decompression bomb, or beyond the limit on pixels
│   ├── NotAVideo
│   ├── BrokenVideo
│   ├── VideoTooLarge        too many pixels or too many seconds
│   └── BadArchive           a zip beyond its limits, or one that points outside
├── BadTable                 a CSV without the columns it needs, or in no known encoding
├── BadLabels                a labelled set that cannot be used
│   ├── ClassConflict        its lists of classes contradict each other, or its labels contradict them
│   └── AmbiguousLabels      labels in more than one form, and nobody said which
├── SnapshotError            a data set that is gone, was changed, or cannot be written
├── DegenerateQuad           four corners that enclose nothing
├── BackendError
│   ├── UnknownBackend       no backend of that name at that stage
│   ├── BackendUnavailable   it lacks a program, a package, weights or a key
│   ├── ServiceFailed        a hosted service that refuses, fails, or does not answer in time
│   └── BadSettings          a value outside what the backend's settings allow
├── WeightsError
│   ├── MissingWeights
│   ├── WeightsMismatch      the file's sha256 is not the one that is known
│   └── DownloadFailed       a server that cannot be reached or sends something else
├── UnknownRecipe
├── BadRecipe                a recipe that cannot be saved: its name, or what it lacks
├── TrainingError            a checkpoint or a sample source that cannot be used
├── PromotionRefused         a version that would read something guarded worse, and nobody said why it shall
├── JobError                 a job that cannot be started, deleted or worked
│   ├── UnknownJob           no handler of that name
│   └── WorkerRunning        another worker has this state folder
├── LabellingError           a Label Studio that cannot be used
│   ├── NotConnected         none is named, and none was started here
│   ├── TokenRefused         it does not take the token
│   ├── ProjectUnusable      no such project, or one whose labelling configuration lacks what we need
│   ├── ServerDown           nobody answers at its address
│   ├── ServerTooSlow        it took longer than we wait
│   └── ServerFailed         it answered with something else
├── CaseTaken                a case that another has before them, or that has its answer
└── StoreError               the state folder cannot be read or written
    └── NotFound             no such upload, inspection or image
        └── PictureGone      known, but its file is no longer in the state folder
"""


class PlateLoopError(Exception):
    """Its message names the thing, the value and the next step; it is fit to be shown as it is."""


class ConfigError(PlateLoopError): ...


class MediaError(PlateLoopError): ...


class EmptyFile(MediaError): ...


class NotAnImage(MediaError): ...


class BrokenImage(MediaError): ...


class ImageTooLarge(MediaError): ...


class NotAVideo(MediaError): ...


class BrokenVideo(MediaError): ...


class VideoTooLarge(MediaError): ...


class BadArchive(MediaError): ...


class BadTable(PlateLoopError): ...


class BadLabels(PlateLoopError):
    """``code`` and ``about`` say the same as the message, for a page that says it in its own language."""

    def __init__(self, message: str, code: str = "", about: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.about = about


class ClassConflict(BadLabels): ...


class AmbiguousLabels(BadLabels): ...


class SnapshotError(PlateLoopError): ...


class DegenerateQuad(PlateLoopError): ...


class BackendError(PlateLoopError): ...


class UnknownBackend(BackendError): ...


class BackendUnavailable(BackendError): ...


class ServiceFailed(BackendError): ...


class BadSettings(BackendError): ...


class WeightsError(PlateLoopError): ...


class MissingWeights(WeightsError): ...


class WeightsMismatch(WeightsError): ...


class DownloadFailed(WeightsError): ...


class UnknownRecipe(PlateLoopError): ...


class BadRecipe(PlateLoopError): ...


class TrainingError(PlateLoopError): ...


class PromotionRefused(PlateLoopError): ...


class JobError(PlateLoopError): ...


class UnknownJob(JobError): ...


class WorkerRunning(JobError): ...


class LabellingError(PlateLoopError): ...


class NotConnected(LabellingError): ...


class TokenRefused(LabellingError): ...


class ProjectUnusable(LabellingError): ...


class ServerDown(LabellingError): ...


class ServerTooSlow(LabellingError): ...


class ServerFailed(LabellingError): ...


class CaseTaken(PlateLoopError): ...


class StoreError(PlateLoopError): ...


class NotFound(StoreError): ...


class PictureGone(NotFound): ...
