# Text cells, names and attachments hold scripts and links to files.
# stock: full
# split: full
# shared: as split


def edit(notebook):
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
    notebook["metadata"]["title"] = script
    notebook["metadata"]["authors"] = [{"name": script}]
    attached = {"../../x.png": {"image/png": "AAAA"}, "x.html": {"text/html": script}}
    for text in (script, "![x](attachment:../../x.png)", "![x](file:///etc/passwd)"):
        cell = {"cell_type": "markdown", "metadata": {"name": script}, "source": text}
        notebook["cells"].append(cell | {"attachments": attached})
