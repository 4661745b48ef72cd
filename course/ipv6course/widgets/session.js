// The browser's side of session.py: lets the course's JupyterLab extension save what is open, and
// know who learns here; gives and takes files. It makes no request: a file comes over the kernel's channel.

function render({ model, el }) {
  const place = document.createElement("p");
  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".zip";
  const label = document.createElement("label");
  label.append(`${model.get("labels").restore} `, file);
  const root = document.createElement("div");
  root.className = "ipv6-session";
  root.append(label, place);
  el.append(root);
  let address;

  const heard = async (message, buffers) => {
    if (message.kind === "download") download(message, buffers);
    if (message.kind === "save-open") {
      await window.ipv6course?.saveOpen?.();
      model.send({ kind: "saved-open" });
    }
  };
  const download = (message, buffers) => {
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob(buffers, { type: "application/zip" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = message.name;
    link.textContent = model.get("labels").download.replace("{name}", message.name);
    place.replaceChildren(link);
    link.click();
  };
  const begin = () =>
    window.ipv6course?.beginSession?.({
      learner: model.get("learner"),
      idleSeconds: model.get("idle_seconds"),
      labels: model.get("labels"),
      save: () => model.send({ kind: "save" }),
    });

  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    const content = await file.files[0].arrayBuffer();
    file.value = ""; // so that the same file can be chosen again
    model.send({ kind: "file" }, undefined, [content]);
  });
  model.on("msg:custom", heard);
  model.on("change:learner", begin);
  begin();
  return () => {
    model.off("msg:custom", heard);
    model.off("change:learner", begin);
    URL.revokeObjectURL(address);
  };
}

export default { render };
