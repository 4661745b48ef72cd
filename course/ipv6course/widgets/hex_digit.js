// Draws the slider of hex_digit.py and the texts that Python computes for its number.

let views = 0; // makes element ids unique when one page shows several sliders

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function render({ model, el }) {
  views += 1;
  const id = `ipv6-digit-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const slider = element("input", {
    id,
    type: "range",
    min: "0",
    max: "15",
    step: "1",
    // JupyterLab would take the arrow keys for its own.
    "data-lm-suppress-shortcuts": "true",
  });
  const texts = element("div", { class: "ipv6-digit-texts", role: "status" });
  const label = element("label", { for: id }, model.get("label"));
  el.append(element("div", { class: "ipv6-digit" }, label, slider, texts));

  const drawValue = () => {
    slider.value = String(model.get("value"));
  };
  const drawTexts = () => {
    texts.replaceChildren(
      ...model.get("texts").map(([base, text]) =>
        element("span", { class: "ipv6-digit-text" }, `${base} `, element("b", { dir: "ltr" }, text)),
      ),
    );
  };
  slider.addEventListener("input", () => {
    model.set("value", Number(slider.value));
    model.save_changes();
  });
  model.on("change:value", drawValue);
  model.on("change:texts", drawTexts);
  drawValue();
  drawTexts();
  return () => {
    model.off("change:value", drawValue);
    model.off("change:texts", drawTexts);
  };
}

export default { render };
