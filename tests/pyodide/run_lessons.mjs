// Runs lessons in Pyodide: the Python of a browser, in plain node, with no browser and no network.
//
// node run_lessons.mjs JOB RESULT
//
// JOB is a JSON file: `pyodide` (the npm package's folder), `archives` (wheels and zip files, unpacked
// into site-packages in this order), `sources` (Python files of the gate) and `lessons`. RESULT is
// written as JSON, whatever happens.

import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import { readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";

const GATE = "/gate";
const attempts = [];

/** Return a function, or a class, that notes its use and refuses. */
function refused(name) {
  return function () {
    attempts.push(name);
    throw new Error(`${name}: a lesson has no network`);
  };
}

/** Close every way out of this process, before Pyodide is loaded: it needs none of them either. */
function closeNetwork() {
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"]) {
    globalThis[name] = refused(name);
  }
  net.Socket.prototype.connect = refused("connect");
  dgram.createSocket = refused("datagram socket");
  dns.lookup = refused("name lookup");
  for (const name of ["exec", "execFile", "execSync", "execFileSync", "fork", "spawn"]) {
    childProcess[name] = refused(`process ${name}`);
  }
  childProcess.spawnSync = () => {
    attempts.push("process spawnSync");
    return { status: 127 }; // os.system() is this call: an exception in it would end Pyodide
  };
  syncBuiltinESMExports();
}

const bytesOf = (path) => new Uint8Array(readFileSync(path)); // Pyodide refuses node's own Buffer

async function startPython(job, seconds) {
  let began = performance.now();
  const lap = (name) => {
    const now = performance.now();
    seconds[name] = Math.round(now - began) / 1000;
    began = now;
  };
  const { loadPyodide } = await import(pathToFileURL(join(job.pyodide, "pyodide.mjs")));
  const stray = [];
  const pyodide = await loadPyodide({
    stdout: (line) => stray.push(line),
    stderr: (line) => stray.push(line),
  });
  lap("load");
  const extractDir = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const path of job.archives) {
    pyodide.unpackArchive(bytesOf(path), extname(path).slice(1), { extractDir });
  }
  pyodide.FS.mkdirTree(GATE);
  for (const path of job.sources) pyodide.FS.writeFile(join(GATE, basename(path)), bytesOf(path));
  lap("unpack");
  pyodide.runPython(`import sys; sys.path.append("${GATE}")`);
  const cells = pyodide.pyimport("run_cells");
  cells.start();
  lap("start");
  return { cells, stray };
}

async function main(jobPath, resultPath) {
  const job = JSON.parse(readFileSync(jobPath, "utf8"));
  const result = { seconds: {}, startAttempts: [], lessons: [], failure: "" };
  try {
    closeNetwork();
    const { cells, stray } = await startPython(job, result.seconds);
    result.startAttempts = attempts.splice(0);
    result.startOutput = stray.splice(0);
    for (const lesson of job.lessons) {
      const began = performance.now();
      const done = JSON.parse(cells.run_lesson(JSON.stringify(lesson)));
      done.network = attempts.splice(0);
      done.stray = stray.splice(0); // written past Python's own streams
      done.seconds = Math.round(performance.now() - began) / 1000;
      result.lessons.push(done);
    }
  } catch (error) {
    // Not the error itself: its source line is the whole of Pyodide, a megabyte.
    result.failure = String(error?.message ?? error).slice(-4000);
  }
  writeFileSync(resultPath, JSON.stringify(result));
}

await main(process.argv[2], process.argv[3]);
process.exit(0);
