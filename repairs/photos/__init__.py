"""Pictures: taken in, made small and clean, hung on a booking and then on its job, shown to who may see them."""

from repairs.photos.cleaning import PhotoNotReadable, PhotoTooManyPixels
from repairs.photos.keeping import (
    CategoryNotKnown,
    PhotoNotFound,
    PhotosTooBig,
    PhotoTooBig,
    TooManyPhotos,
    attach,
    batch_of,
    caption,
    change,
    find,
    of_batch,
    of_batches,
    of_job,
    remove,
    take_in,
)
from repairs.photos.showing import IMAGE, SIZES, THUMBNAIL, answer
from repairs.photos.sweeping import prune

REFUSALS = (PhotoNotReadable, PhotoTooBig, PhotoTooManyPixels, PhotosTooBig, TooManyPhotos, CategoryNotKnown)

__all__ = [
    "IMAGE",
    "REFUSALS",
    "SIZES",
    "THUMBNAIL",
    "CategoryNotKnown",
    "PhotoNotFound",
    "PhotoNotReadable",
    "PhotoTooBig",
    "PhotoTooManyPixels",
    "PhotosTooBig",
    "TooManyPhotos",
    "answer",
    "attach",
    "batch_of",
    "caption",
    "change",
    "find",
    "of_batch",
    "of_batches",
    "of_job",
    "prune",
    "remove",
    "take_in",
]
