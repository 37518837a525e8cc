"""Sphinx's settings; ``build.py`` puts the source together and sets release and gallery."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project, author = "fem-bump", "the fem-bump maintainers"
copyright = author
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "docstrings",
]
root_doc = "index"
exclude_patterns = ["examples", "docs/site"]
default_role = "literal"
highlight_language = "none"  # blocks without one are equations and trees
smartquotes = False  # "--set" is no dash
# other packages, names within a module, and types that docstrings state in words
nitpick_ignore_regex = [
    ("py:.*", r"(builtins|collections|numpy|scipy|skfem|typing|pydantic|matplotlib|pandas)\..*"),
    ("py:.*", r"[^.]*"),
    ("py:attr", r".*"),
]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
# a type in words may name what is public and where it is defined
suppress_warnings = ["config.cache", "ref.python"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "fem-bump"
html_math_renderer = "mathml"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_show_copyright = False
html_copy_source = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "within_subsection_order": "FileNameSortKey",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py$",
    "abort_on_example_error": True,
    "download_all_examples": True,
    "show_memory": False,
    # its pages of times load scripts from elsewhere
    "write_computation_times": False,
    # a figure with a name is shown as a picture, also where a block ends in it
    "ignore_repr_types": r"matplotlib\.figure\.Figure",
    "show_signature": False,
    "remove_config_comments": True,
    "reset_modules": ("matplotlib",),
    "image_scrapers": ("scraper.named_figures",),
    "first_notebook_cell": "%matplotlib inline",
    "capture_repr": ("_repr_html_",),
    "thumbnail_size": (360, 240),
    "min_reported_time": 1e9,
}
copybutton_exclude = ".linenos, .gp, .go"


def setup(app):
    app.connect("config-inited", _titled)


def _titled(app, config):
    config.html_title = f"fem-bump {config.release}"
