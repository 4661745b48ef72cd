// Keeps open lessons in the browser's own storage (IndexedDB), so that a server that dies takes no
// work with it. The rules:
//
// - a lesson is kept a moment after each change, under the learner's id, its path, and the server it
//   is open on: a fresh server never writes over what was kept before;
// - a lesson that nobody has run is not work: it is neither kept, nor in the way of what was kept;
// - nothing is put into a file without asking, and a file that has work in it is put beside first.

const DATABASE = "ipv6-course";
const STORE = "notebooks";
const PAUSE = 1500; // milliseconds after a change
const SERVERS = 3; // how many servers' versions of a lesson are kept

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: ["learner", "path", "server"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function transact(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

// Return what is kept of a learner, the newest first.
async function kept(learner) {
  const range = IDBKeyRange.bound([learner], [learner, []]);
  const records = await transact("readonly", (store) => store.getAll(range));
  return records.sort((one, other) => other.time - one.time);
}

async function put(record) {
  const { learner, path } = record;
  const others = (await kept(learner)).filter((one) => one.path === path);
  const old = others.filter((one) => one.server !== record.server).slice(SERVERS - 1);
  await transact("readwrite", (store) => {
    for (const one of old) store.delete([learner, path, one.server]);
    return store.put(record);
  });
}

function isUntouched(notebook) {
  return notebook.cells.every(
    (cell) => cell.cell_type !== "code" || (!cell.execution_count && !cell.outputs?.length),
  );
}

function words(notebook) {
  const text = (source) => (Array.isArray(source) ? source.join("") : source);
  return JSON.stringify(notebook.cells.map((cell) => text(cell.source)));
}

function besideName(path, number) {
  const mark = number > 1 ? `before-restore-${number}` : "before-restore";
  return path.replace(/\.ipynb$/, `.${mark}.ipynb`);
}

export class KeptWork {
  // contents: JupyterLab's contents manager. server: a word that is another one for each server.
  // ask(records): resolves to whether the learner takes these back.
  constructor(tracker, contents, server, ask) {
    this.tracker = tracker;
    this.contents = contents;
    this.server = server;
    this.ask = ask;
    this.learner = undefined;
  }

  // Keep a notebook that is open, whenever it changes.
  follow(panel) {
    const { path } = panel.context;
    if (!/^work\/[^/]+\/[^/]+\.ipynb$/.test(path)) return;
    let waiting;
    const keep = async () => {
      clearTimeout(waiting);
      waiting = undefined;
      if (panel.isDisposed || this.learner === undefined) return;
      const content = panel.content.model.toJSON();
      if (isUntouched(content)) return;
      const { learner, server } = this;
      await put({ learner, path, server, time: Date.now(), content, declined: false });
    };
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep().catch((error) => console.error(DATABASE, error)), PAUSE);
    };
    const leaving = () => {
      if (waiting !== undefined) keep();
    };
    panel.content.model.contentChanged.connect(soon);
    document.addEventListener("visibilitychange", leaving);
    panel.disposed.connect(() => document.removeEventListener("visibilitychange", leaving));
  }

  // Say who learns here, and offer what the browser keeps of them that the files do not have.
  async begin(learner) {
    if (learner === this.learner) return;
    this.learner = learner;
    const newest = new Map();
    for (const record of await kept(learner)) {
      if (!newest.has(record.path)) newest.set(record.path, record);
    }
    const offered = [];
    for (const record of newest.values()) {
      if (!record.declined && (await this.isMissing(record))) offered.push(record);
    }
    if (!offered.length) return;
    if (await this.ask(offered)) {
      for (const record of offered) await this.takeBack(record);
    } else {
      for (const record of offered) {
        await transact("readwrite", (store) => store.put({ ...record, declined: true }));
      }
    }
  }

  async isMissing(record) {
    const file = await this.read(record.path);
    if (file === undefined) return true;
    if (words(file.content) === words(record.content)) return false;
    return isUntouched(file.content) || record.time > Date.parse(file.last_modified) + 1000;
  }

  async takeBack({ path, content }) {
    const file = await this.read(path);
    if (file !== undefined && !isUntouched(file.content)) {
      let number = 1;
      while ((await this.read(besideName(path, number))) !== undefined) number += 1;
      await this.write(besideName(path, number), file.content);
    }
    await this.write(path, content);
    const panel = this.tracker.find((candidate) => candidate.context.path === path);
    await panel?.context.revert();
  }

  // Return a file, or undefined where there is none.
  async read(path) {
    try {
      return await this.contents.get(path, { type: "notebook", format: "json", content: true });
    } catch (error) {
      if (error.response?.status === 404) return undefined;
      throw error;
    }
  }

  async write(path, content) {
    await this.contents.save(path, { type: "notebook", format: "json", content });
  }
}
