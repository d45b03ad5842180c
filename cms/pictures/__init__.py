"""Pictures in the sizes that pages need."""
