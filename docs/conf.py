"""How Sphinx builds the site of the docs: ``make docs`` runs it, and every warning is an error."""

from importlib import metadata

project = "kiwoom-mockserver"
author = "The kiwoom-mockserver authors"
copyright = "2026, the kiwoom-mockserver authors"  # noqa: A001 - Sphinx gives the name
release = metadata.version("kiwoom-mockserver")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 4  # links lead to headings by the anchors that GitHub makes
suppress_warnings = ["misc.highlighting_failure"]  # examples show broken JSON on purpose

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "inherited-members": False}
autodoc_preserve_defaults = True
autodoc_class_signature = "separated"
python_use_unqualified_type_names = True  # `Checkpoint`, not the private module it lives in
add_module_names = False

html_theme = "furo"
html_title = f"kiwoom-mockserver {release}"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"source_directory": "docs/"}
