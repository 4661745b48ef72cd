// Draws the form that packet_builder.py describes, and sends back what the learner changes.
// It knows nothing of packets and holds no sentence: all of them come in the state.

const TYPING_PAUSE = 150; // milliseconds without a key before typed text is sent
const MIDDLE = 10; // characters of a text that gets two columns
const LONG = 24; // of one that gets a whole line
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" }; // or JupyterLab takes the keys

let views = 0; // makes element ids unique when one page shows several builders

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function button(text, attributes = {}) {
  return element("button", { type: "button", class: "ipv6b-button", ...OWN_KEYS, ...attributes }, text);
}

class Form {
  constructor(model, el) {
    this.model = model;
    this.typing = new Map(); // timers of texts that are typed and not yet sent
    views += 1;
    this.id = `ipv6b-${views}-${Math.random().toString(36).slice(2, 8)}`;
    this.layOut(el);
    this.draw();
  }

  get state() {
    return this.model.get("state");
  }

  layOut(el) {
    const { labels, kinds } = this.state;
    this.layers = element("div", { class: "ipv6b-layers" });
    this.notes = element("div", { role: "status", class: "ipv6b-notes" });
    this.kind = element("select", { id: `${this.id}-kind`, class: "ipv6b-select", ...OWN_KEYS });
    this.kind.append(...kinds.map(([kind, title]) => element("option", { value: kind }, title)));
    this.add = button(labels.add);
    this.undo = button(labels.undo);
    const label = element("label", { for: `${this.id}-kind` }, labels.kind);
    const row = element("div", { class: "ipv6b-row" }, label, this.kind, this.add, this.undo);
    const root = { class: "ipv6b", role: "group", "aria-label": labels.title };
    this.help = element("p", { class: "ipv6b-help" }, labels.help);
    this.root = element("div", root, this.layers, row, this.notes, this.help);
    el.append(this.root);
    this.add.addEventListener("click", () =>
      this.model.send({ kind: "add", layer: this.kind.value }),
    );
    this.undo.addEventListener("click", () => this.takeBack());
    this.root.addEventListener("keydown", (event) => {
      const undoKey = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!undoKey || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      this.takeBack();
    });
  }

  draw() {
    const { layers, labels, notes, can_undo, focus } = this.state;
    const shape = JSON.stringify(layers.map(({ kind }) => kind));
    if (shape !== this.shape) {
      const had = this.layers.contains(document.activeElement);
      const action = document.activeElement?.dataset.action;
      const added = document.activeElement === this.add;
      this.shape = shape;
      this.forget();
      this.inputs = [];
      this.layers.replaceChildren(
        ...(layers.length ? layers.map((layer, place) => this.layer(layer, place)) : [labels.empty]),
      );
      if (had || added) this.focusOn(focus, added ? "" : action);
    }
    layers.forEach((layer, place) => {
      layer.fields.forEach((field, number) => this.drawField(place, number, field));
    });
    const said = notes.join("\n");
    if (this.said !== said) {
      this.said = said;
      this.notes.replaceChildren(...notes.map((note) => element("p", {}, note)));
    }
    this.undo.setAttribute("aria-disabled", String(!can_undo));
  }

  // After a layer was added: its first field; after another action: the same button, moved along.
  focusOn(place, action) {
    const layer = this.layers.children[place];
    const to = layer?.querySelector?.(action ? `[data-action="${action}"]` : "input");
    (to ?? this.add).focus();
  }

  layer({ title, fields }, place) {
    const { labels } = this.state;
    const number = place + 1;
    const act = (action, message) => {
      const name = fill(labels.which, { action: labels[action], title, number });
      const made = button(labels[action], { "data-action": action, "aria-label": name });
      made.addEventListener("click", () => this.model.send({ ...message, layer: place }));
      return made;
    };
    const actions = element(
      "div",
      { class: "ipv6b-actions" },
      act("up", { kind: "move", by: -1 }),
      act("down", { kind: "move", by: 1 }),
      act("remove", { kind: "remove" }),
    );
    this.inputs.push([]);
    const grid = element("div", { class: "ipv6b-fields" });
    fields.forEach((field, at) => grid.append(this.field(field, place, at)));
    const legend = element("legend", {}, fill(labels.legend, { number, title }));
    return element("fieldset", { class: "ipv6b-layer" }, legend, actions, grid);
  }

  field({ name, text }, place, number) {
    const id = `${this.id}-${place}-${number}`;
    const input = element("input", {
      type: "text",
      id,
      class: "ipv6b-input",
      dir: "ltr",
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": `${id}-hint ${id}-error`,
    });
    input.value = text;
    const hint = element("span", { id: `${id}-hint`, class: "ipv6b-hint" });
    const error = element("span", { id: `${id}-error`, class: "ipv6b-error" });
    this.inputs[place].push({ input, hint, error });
    input.addEventListener("input", () => {
      clearTimeout(this.typing.get(input));
      this.typing.set(input, setTimeout(() => this.send(input, place, name), TYPING_PAUSE));
    });
    input.addEventListener("change", () => this.send(input, place, name));
    const label = element("label", { for: id }, name);
    const size = text.length > LONG ? "ipv6b-long" : text.length > MIDDLE ? "ipv6b-middle" : "";
    return element("div", { class: `ipv6b-field ${size}` }, label, input, hint, error);
  }

  drawField(place, number, { text, hint, error }) {
    const drawn = this.inputs[place][number];
    // While someone types, the field is theirs.
    const isTheirs = this.typing.has(drawn.input);
    if (!isTheirs && drawn.input.value.trim() !== text) drawn.input.value = text;
    if (drawn.hint.textContent !== hint) drawn.hint.textContent = hint;
    if (drawn.error.textContent !== error) drawn.error.textContent = error;
    drawn.input.setAttribute("aria-invalid", String(Boolean(error)));
  }

  send(input, place, name) {
    clearTimeout(this.typing.get(input));
    this.typing.delete(input);
    const field = this.state.layers[place]?.fields.find((found) => found.name === name);
    if (!field || field.text === input.value.trim()) return;
    this.model.send({ kind: "change", layer: place, name, text: input.value });
  }

  // Typed text that is not sent yet is the last change.
  takeBack() {
    if (this.typing.size) {
      this.forget();
      this.draw();
    } else if (this.state.can_undo) this.model.send({ kind: "undo" });
  }

  forget() {
    for (const timer of this.typing.values()) clearTimeout(timer);
    this.typing.clear();
  }
}

function render({ model, el }) {
  const form = new Form(model, el);
  const draw = () => form.draw();
  model.on("change:state", draw);
  return () => {
    form.forget();
    model.off("change:state", draw);
  };
}

export default { render };
