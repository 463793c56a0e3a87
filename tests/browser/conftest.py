from tests.browser.fixtures import chromium, complaints, open_tab, page, site

__all__ = ["chromium", "complaints", "open_tab", "page", "site"]
