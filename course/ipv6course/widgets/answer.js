// The button of answer.py. It asks the course's JupyterLab extension to write the answer's line into
// the answer cell; where there is none, it shows the line to copy.

function render({ model, el }) {
  const labels = model.get("labels");
  const root = document.createElement("div");
  root.className = "ipv6-answer";
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("data-lm-suppress-shortcuts", "true");
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const line = document.createElement("code");
  line.dir = "ltr";
  root.append(button, line, said);
  el.append(root);

  const draw = () => {
    button.textContent = labels.take;
    line.textContent = model.get("line");
    said.textContent = "";
  };
  button.addEventListener("click", () => {
    const write = window.ipv6course?.writeAnswer;
    const outcome = write
      ? write(el, model.get("exercise"), labels.mark, model.get("line"))
      : "no-cell";
    if (outcome === "written") model.send({ kind: "taken" });
    said.textContent = outcome === "no-cell" ? `${labels[outcome]} ${model.get("line")}` : labels[outcome];
  });
  model.on("change:line", draw);
  draw();
  return () => model.off("change:line", draw);
}

export default { render };
