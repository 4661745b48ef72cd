// JupyterLab plugin of the course. It does these things:
//
// - the home page runs when it is opened, and shows no code. Only the notebook at the root of the
//   server that is called home.ipynb and says so in its metadata is run: never a file that somebody
//   sent;
// - a widget can write its value into the answer cell of its exercise (window.ipv6course), so that an
//   answer that was clicked is saved, handed in and graded like one that was typed;
// - keys pressed in a widget reach the widget;
// - open lessons are kept in the browser (kept_work.js); where a server stops idle sessions, the
//   learner is reminded (idle.js); and after a kernel's restart the learner hears what to run. The
//   home page begins this, for it knows who learns.
//
// This file has the form that JupyterLab loads prebuilt extensions in (a module federation
// container), so that it needs no build.
(() => {
  "use strict";

  const NAME = "ipv6-course";
  const HERE = document.currentScript.src;
  const HOME = "home.ipynb";
  const READING = 10000; // milliseconds that a notice stays
  const KEEP_OUT = "data-lm-suppress-shortcuts";
  let shared; // JupyterLab's shared packages: {name: {version: {get}}}

  async function sharedModule(name) {
    const versions = Object.values(shared[name]);
    const factory = await versions[0].get();
    return factory();
  }

  function isHome(panel) {
    const { sharedModel } = panel.model;
    return panel.context.path === HOME && sharedModel.getMetadata("ipv6course")?.home === true;
  }

  function hideCode(panel) {
    panel.addClass("ipv6-course-home");
    panel.toolbar.hide();
    if (!document.getElementById("ipv6-course-style")) {
      const style = document.createElement("style");
      style.id = "ipv6-course-style";
      style.textContent = `
        .ipv6-course-home .jp-Cell-inputWrapper,
        .ipv6-course-home .jp-OutputPrompt,
        .ipv6-course-home .jp-Collapser,
        .ipv6-course-home .jp-OutputArea-promptOverlay,
        .ipv6-course-home .jp-Notebook-footer { display: none; }
        .ipv6-course-home .jp-Notebook .jp-Cell { border: none; box-shadow: none; }`;
      document.head.appendChild(style);
    }
  }

  async function open(panel, NotebookActions) {
    await panel.context.ready;
    if (!isHome(panel)) {
      return;
    }
    hideCode(panel);
    await panel.sessionContext.ready;
    await NotebookActions.runAll(panel.content, panel.sessionContext);
    await panel.context.save();
  }

  function answerCell(panel, exercise) {
    for (const cell of panel.model.cells) {
      if (cell.getMetadata("nbgrader")?.grade_id === exercise) {
        return cell;
      }
    }
    return undefined;
  }

  // Write a line into the answer cell of the notebook that shows an element. What a learner wrote
  // there is never replaced: only nbgrader's stub, and what was written here before.
  function writeAnswer(tracker, element, exercise, mark, line) {
    const panel = tracker.find((candidate) => candidate.node.contains(element));
    const cell = panel && answerCell(panel, exercise);
    if (!cell) {
      return "no-cell";
    }
    const present = cell.sharedModel.getSource();
    const replaceable =
      !present.trim() || present.startsWith(mark) || present.includes("raise NotImplementedError()");
    if (!replaceable) {
      return "own-answer";
    }
    cell.sharedModel.setSource(`${mark}\n${line}`);
    return "written";
  }

  // JupyterLab takes arrow keys, Enter and letters for commands of the notebook, so lists, menus and
  // buttons in an output do not get them. An attribute is its own sign to keep out. With Ctrl, Alt or
  // Cmd, and for Shift+Enter, the notebook's commands stay: Ctrl+S saves wherever the focus is.
  function leaveKeysToWidgets(event) {
    const { target } = event;
    if (!target.closest?.(".jp-OutputArea-output")) {
      return;
    }
    const isCommand =
      event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    target.toggleAttribute(KEEP_OUT, !isCommand);
    for (let around = target; isCommand && around; around = around.parentElement) {
      around.removeAttribute(KEEP_OUT);
    }
  }

  // Save every lesson that is open and has changed.
  async function saveOpen(tracker) {
    const changed = [];
    tracker.forEach((panel) => {
      if (panel.context.model.dirty && !isHome(panel)) changed.push(panel.context.save());
    });
    await Promise.allSettled(changed);
  }

  // Ask whether to take back lessons that the browser keeps.
  async function askToTakeBack({ Dialog, showDialog }, labels, records) {
    const when = (time) => new Date(time).toLocaleString();
    const lines = records.map(({ path, time }) => `${path.replace(/^work\//, "")}, ${when(time)}`);
    const body = document.createElement("div");
    for (const text of [...lines, labels.which]) {
      const line = document.createElement("p");
      line.textContent = text;
      body.append(line);
    }
    const { Widget } = await sharedModule("@lumino/widgets");
    const answer = await showDialog({
      title: labels.kept,
      body: new Widget({ node: body }),
      buttons: [
        Dialog.cancelButton({ label: labels.later }),
        Dialog.okButton({ label: labels.take }),
      ],
    });
    return answer.button.accept;
  }

  // Return what the home page calls, once it knows who learns: see session.js.
  async function sessions(app, tracker, apputils) {
    const [{ KeptWork }, { watchIdle }] = await Promise.all(
      ["kept_work.js", "idle.js"].map((file) => import(new URL(file, HERE).href)),
    );
    const { ServerConnection } = await sharedModule("@jupyterlab/services");
    const settings = ServerConnection.makeSettings();
    const status = await ServerConnection.makeRequest(`${settings.baseUrl}api/status`, {}, settings);
    const { started } = await status.json();
    let labels;
    const ask = (records) => askToTakeBack(apputils, labels, records);
    const work = new KeptWork(tracker, app.serviceManager.contents, started, ask);
    const follow = async (panel) => {
      await panel.context.ready;
      work.follow(panel);
      let told = 0; // JupyterLab says the same restart twice
      panel.sessionContext.statusChanged.connect((_sender, status) => {
        const isNew = status.endsWith("restarting") && Date.now() - told > READING;
        if (labels && isNew && !isHome(panel)) {
          told = Date.now();
          apputils.Notification.info(labels.restarted, { autoClose: READING });
        }
      });
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_sender, panel) => follow(panel));
    let watching = false;
    return ({ learner, idleSeconds, labels: sentences, save }) => {
      labels = sentences;
      work.begin(learner).catch((error) => console.error(NAME, error));
      if (idleSeconds && !watching) {
        watching = true;
        watchIdle(idleSeconds, () => {
          const actions = [{ label: labels.save, callback: save }];
          apputils.Notification.warning(labels.idle, { autoClose: false, actions });
        });
      }
    };
  }

  async function plugin() {
    const { INotebookTracker, NotebookActions } = await sharedModule("@jupyterlab/notebook");
    return {
      id: `${NAME}:course`,
      description: "Runs the course's home page, keeps work, and lets widgets write answers.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        const ready = sharedModule("@jupyterlab/apputils").then((apputils) =>
          sessions(app, tracker, apputils),
        );
        window.addEventListener("keydown", leaveKeysToWidgets, true);
        window.ipv6course = {
          writeAnswer: writeAnswer.bind(null, tracker),
          saveOpen: saveOpen.bind(null, tracker),
          beginSession: (session) =>
            ready.then((begin) => begin(session)).catch((error) => console.error(NAME, error)),
        };
        tracker.widgetAdded.connect((_sender, panel) => {
          open(panel, NotebookActions).catch((error) => console.error(NAME, error));
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const extension = await plugin();
      return () => ({ __esModule: true, default: extension });
    },
  };
})();
