"""The way in: ``streamlit run app.py``. It leads to the pages and holds nothing that they need."""

from pages.parts.frame import navigation

navigation().run()
