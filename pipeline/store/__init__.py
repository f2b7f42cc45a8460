"""What PlateLoop remembers: pictures, what was made of them, and what people say about it."""

from pipeline.store.counts import Counts as Counts
from pipeline.store.inspections import StoredInspection as StoredInspection
from pipeline.store.results import ResultRow as ResultRow
from pipeline.store.results import StoredResult as StoredResult
from pipeline.store.reviews import StoredReview as StoredReview
from pipeline.store.search import InspectionFilter as InspectionFilter
from pipeline.store.search import InspectionRow as InspectionRow
from pipeline.store.search import Order as Order
from pipeline.store.store import Store as Store
from pipeline.store.uploads import PictureRow as PictureRow
from pipeline.store.uploads import StoredUpload as StoredUpload
