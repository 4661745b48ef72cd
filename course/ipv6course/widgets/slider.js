// Draws the slider of slider.py: its label, the browser's own slider, and its number.

let views = 0; // makes element ids unique when one page shows several sliders

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function render({ model, el }) {
  views += 1;
  const id = `ipv6-slider-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const slider = element("input", {
    id,
    type: "range",
    min: String(model.get("min")),
    max: String(model.get("max")),
    step: "1",
    // JupyterLab would take the arrow keys for its own.
    "data-lm-suppress-shortcuts": "true",
  });
  const number = element("span", { "aria-hidden": "true" }); // the slider says it itself
  const label = element("label", { for: id }, model.get("label"));
  el.append(element("div", { class: "ipv6-slider" }, label, slider, number));

  const drawValue = () => {
    slider.value = String(model.get("value"));
    number.textContent = slider.value;
  };
  slider.addEventListener("input", () => {
    model.set("value", Number(slider.value));
    model.save_changes();
  });
  model.on("change:value", drawValue);
  drawValue();
  return () => model.off("change:value", drawValue);
}

export default { render };
