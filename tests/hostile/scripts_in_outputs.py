# Outputs hold scripts, in every kind of output that a browser may run.
# stock: full
# split: full
# shared: as split

# %% extra after longest
from IPython.display import HTML, SVG, Javascript, Latex, Markdown

SCRIPT = "<script>alert('ESCAPED')</script><img src=x onerror=\"alert('ESCAPED')\">"
SCRIPT += "<a href='javascript:alert(1)'>x</a><iframe srcdoc='<script>1</script>'></iframe>"
display(HTML(SCRIPT))
display(Markdown(SCRIPT))
display(Javascript("alert('ESCAPED')"))
display(Latex("$\\href{javascript:alert(1)}{x}$"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>1</script></svg>"))
display({"text/html": SCRIPT, "application/javascript": "1", "text/plain": SCRIPT}, raw=True)
display({"text/vnd.unknown+html": SCRIPT, "image/png": "<script>not base64</script>"}, raw=True)
raise type("<script>alert(1)</script>", (Exception,), {})(SCRIPT)
