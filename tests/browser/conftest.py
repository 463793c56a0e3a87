from tests.browser.fixtures import chromium, complaints, open_tab, other_site, page, site

__all__ = ["chromium", "complaints", "open_tab", "other_site", "page", "site"]
