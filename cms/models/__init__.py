from cms.models.faq import FAQ
from cms.models.pages import ContentPage, HomePage
from cms.models.repair_types import RepairType
from cms.models.settings import ShopSettings
from cms.models.subjects import Subject
from cms.models.version import Version

__all__ = ["FAQ", "ContentPage", "HomePage", "RepairType", "ShopSettings", "Subject", "Version"]
