from cms.models.faq import FAQ, FAQGroup
from cms.models.forms import FormAnswer, FormField, FormPage
from cms.models.issues import CommonIssue
from cms.models.menus import SiteMenus
from cms.models.pages import ContentPage, FAQPage, HomePage, LandingPage, PublicPage, StorefrontPage
from cms.models.previews import DraftPreview
from cms.models.repair_types import RepairType
from cms.models.settings import ShopSettings
from cms.models.subjects import Subject
from cms.models.version import Version

__all__ = [
    "FAQ",
    "CommonIssue",
    "ContentPage",
    "DraftPreview",
    "FAQGroup",
    "FAQPage",
    "FormAnswer",
    "FormField",
    "FormPage",
    "HomePage",
    "LandingPage",
    "PublicPage",
    "RepairType",
    "ShopSettings",
    "SiteMenus",
    "StorefrontPage",
    "Subject",
    "Version",
]
