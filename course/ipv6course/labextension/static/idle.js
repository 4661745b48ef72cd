// Says something when nobody has pressed a key or a button for a while.

const SIGNS = ["keydown", "pointerdown", "wheel"];

// Call act after so many seconds without a sign of the learner, and again after the next ones.
export function watchIdle(seconds, act) {
  let waiting;
  const begin = () => {
    clearTimeout(waiting);
    waiting = setTimeout(act, seconds * 1000);
  };
  for (const sign of SIGNS) window.addEventListener(sign, begin, { capture: true, passive: true });
  begin();
}
