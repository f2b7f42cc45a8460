"""Everything PlateLoop raises on purpose.

PlateLoopError
├── ConfigError              a setting that cannot be used
├── MediaError               a file that cannot be opened as what it claims to be
│   ├── EmptyFile
│   ├── NotAnImage
│   ├── BrokenImage
│   ├── ImageTooLarge        a decompression bomb, or beyond the limit on pixels
│   └── BadArchive           a zip beyond its limits, or one that points outside
├── BadTable                 a CSV without the columns it needs, or in no known encoding
├── DegenerateQuad           four corners that enclose nothing
├── BackendError
│   ├── UnknownBackend       no backend of that name at that stage
│   ├── BackendUnavailable   it lacks a program, a package, weights or a key
│   └── BadSettings          a value outside what the backend's settings allow
├── WeightsError
│   ├── MissingWeights
│   └── WeightsMismatch      the file's sha256 is not the manifest's
├── UnknownRecipe
├── TrainingError            a checkpoint or a sample source that cannot be used
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


class BadArchive(MediaError): ...


class BadTable(PlateLoopError): ...


class DegenerateQuad(PlateLoopError): ...


class BackendError(PlateLoopError): ...


class UnknownBackend(BackendError): ...


class BackendUnavailable(BackendError): ...


class BadSettings(BackendError): ...


class WeightsError(PlateLoopError): ...


class MissingWeights(WeightsError): ...


class WeightsMismatch(WeightsError): ...


class UnknownRecipe(PlateLoopError): ...


class TrainingError(PlateLoopError): ...


class StoreError(PlateLoopError): ...


class NotFound(StoreError): ...


class PictureGone(NotFound): ...
