// Draws the state that multicast_mapper.py computes, and sends back the text that was typed.
// It computes nothing about addresses and holds no sentence: all of them come in the state.

const TYPING_PAUSE = 150; // milliseconds without a key before typed text is sent

let views = 0; // makes element ids unique when one page shows several mappers

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function drawMessage(place, strong, text) {
  // A live region speaks again whenever its content is replaced, so leave equal content alone.
  const spoken = strong ? `${strong} ${text}` : text;
  if (place.dataset.spoken === spoken) return;
  place.dataset.spoken = spoken;
  place.replaceChildren(...(strong ? [element("strong", {}, strong), " ", text] : [text]));
  place.hidden = !text;
}

// The brackets are text, so that they are read, copied and printed with the digits that they mark.
function cutLine({ before, kept }) {
  const mark = element("mark", { class: "ipv6m-kept" }, `[${kept}]`);
  return element("code", { class: "ipv6m-code ipv6m-line", dir: "ltr" }, before, mark);
}

function mappingItem({ title, source, target, bits, why, rfc }) {
  return element(
    "li",
    { class: "ipv6m-mapping" },
    element("p", { class: "ipv6m-heading" }, title),
    cutLine(source),
    cutLine(target),
    element("p", { class: "ipv6m-bits" }, bits),
    element("p", {}, why, " ", element("cite", {}, rfc)),
  );
}

function factRow([label, value]) {
  return element(
    "div",
    { class: "ipv6m-fact" },
    element("dt", { class: "ipv6m-label" }, label),
    element("dd", { class: "ipv6m-code", dir: "auto" }, value),
  );
}

function fieldRow({ name, bits, hexadecimal, meaning }) {
  const code = (text) => element("td", { class: "ipv6m-code", dir: "ltr" }, text);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    code(bits),
    code(hexadecimal),
    element("td", {}, meaning),
  );
}

function fieldHead(labels) {
  const heads = labels.heads.map((head) => element("th", { scope: "col" }, head));
  return element("thead", {}, element("tr", {}, ...heads));
}

function layOut(el, labels) {
  views += 1;
  const id = `ipv6m-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const parts = {
    input: element("input", {
      type: "text",
      id: `${id}-text`,
      class: "ipv6m-input",
      dir: "ltr",
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": `${id}-error`,
    }),
    error: element("p", { id: `${id}-error`, class: "ipv6m-error" }),
    summary: element("p", { class: "ipv6m-summary" }),
    notes: element("div", { class: "ipv6m-notes" }),
    facts: element("dl", { class: "ipv6m-facts" }),
    mappings: element("ol", { class: "ipv6m-mappings" }),
    fields: element("tbody"),
  };
  el.append(
    element(
      "div",
      { class: "ipv6m", role: "group", "aria-label": labels.title },
      element(
        "div",
        { class: "ipv6m-entry" },
        element("label", { for: `${id}-text`, class: "ipv6m-label" }, labels.text),
        parts.input,
      ),
      element("div", { role: "status" }, parts.error, parts.summary, parts.notes),
      parts.facts,
      element("p", {}, labels.kept),
      parts.mappings,
      element(
        "table",
        { class: "ipv6m-fields" },
        element("caption", { class: "ipv6m-heading" }, labels.fields),
        fieldHead(labels),
        parts.fields,
      ),
    ),
  );
  return parts;
}

function draw(parts, state) {
  const picture = state.labels["last-picture"];
  if (state.error) drawMessage(parts.error, state.labels.error, `${state.error} ${picture}`);
  else drawMessage(parts.error, "", "");
  drawMessage(parts.summary, "", state.summary);
  drawMessage(parts.notes, "", state.notes.join(" "));
  parts.input.setAttribute("aria-invalid", state.error ? "true" : "false");
  parts.facts.replaceChildren(...state.facts.map(factRow));
  parts.mappings.replaceChildren(...state.mappings.map(mappingItem));
  parts.fields.replaceChildren(...state.fields.map(fieldRow));
}

function render({ model, el }) {
  const parts = layOut(el, model.get("state").labels);
  const { input } = parts;
  let typing; // the timer of text that is typed and not yet sent

  const send = () => {
    clearTimeout(typing);
    typing = undefined;
    if (input.value === model.get("value")) return;
    model.set("value", input.value);
    model.save_changes();
  };
  const drawState = () => draw(parts, model.get("state"));
  const drawValue = () => {
    // While someone types, the field is theirs.
    if (typing === undefined && input.value !== model.get("value")) input.value = model.get("value");
  };

  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(send, TYPING_PAUSE);
  });
  input.addEventListener("change", send); // Enter, or the focus leaves

  model.on("change:state", drawState);
  model.on("change:value", drawValue);
  drawState();
  drawValue();
  return () => {
    clearTimeout(typing);
    model.off("change:state", drawState);
    model.off("change:value", drawValue);
  };
}

export default { render };
