// The radio buttons of choice.py. The browser's own: Tab goes to the group, arrow keys choose in it.

function render({ model, el }) {
  const group = `ipv6-choice-${Math.random().toString(36).slice(2)}`;
  const root = document.createElement("fieldset");
  root.className = "ipv6-choice";
  // JupyterLab would take the arrow keys to move between cells.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  const question = document.createElement("legend");
  question.textContent = model.get("question");
  root.append(question);

  const buttons = model.get("options").map(([value, text]) => {
    const label = document.createElement("label");
    const button = document.createElement("input");
    button.type = "radio";
    button.name = group;
    button.value = value;
    button.setAttribute("data-lm-suppress-shortcuts", "true");
    button.addEventListener("change", () => {
      model.set("value", value);
      model.save_changes();
    });
    const words = document.createElement("span");
    words.textContent = text;
    label.append(button, words);
    root.append(label);
    return button;
  });
  el.append(root);

  const draw = () => {
    for (const button of buttons) button.checked = button.value === model.get("value");
  };
  model.on("change:value", draw);
  draw();
  return () => model.off("change:value", draw);
}

export default { render };
