"""What editors see of devices, repairs, complaints and questions in Wagtail's admin."""
