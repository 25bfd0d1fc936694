// What could not be sent yet, kept on this device (IndexedDB) and sent from here: self.kept.
// A part of js/site.js and of js/worker.js, so that a page and the worker do the same.
//
// One kept form: { attempt, since, to, fields }. The server takes one attempt once, whoever sends it.
const PATIENCE = 10_000; // for an answer, in ms
const DAY = 24 * 60 * 60 * 1000;
const BUSY = [408, 425, 429];
const others = "BroadcastChannel" in self ? new BroadcastChannel("kept") : null;

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("mvai", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "attempt" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
  setTimeout(() => reject(new Error("no answer")), 2000); // some browsers say nothing at all
});

const run = async (mode, work) => {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const turn = base.transaction("kept", mode);
      const asked = work(turn.objectStore("kept"));
      turn.oncomplete = () => resolve(asked.result);
      turn.onabort = () => reject(turn.error);
    });
  } finally { base.close(); }
};

// Where the answer leads; "" when a person must look at it. Throws while it can't be sent.
const send = async (form) => {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const body = new URLSearchParams(form.fields);
    const answer = await fetch(form.to, { method: "POST", body, signal: stop.signal });
    if (answer.status >= 500 || BUSY.includes(answer.status)) throw new Error(answer.status);
    return answer.redirected && answer.ok ? answer.url : "";
  } finally { clearTimeout(late); }
};

// One page or worker at a time, where browsers can tell; a tab that sleeps in its turn is not waited for.
const alone = async (work) => {
  if (!navigator.locks) return work();
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 1.5 * PATIENCE);
  try {
    return await navigator.locks.request("kept", { signal: stop.signal }, () => { clearTimeout(late); return work(); });
  } catch (error) {
    if (stop.signal.aborted) return work();
    throw error;
  }
};

self.kept = {
  PATIENCE,
  others,
  isOld: (form) => Date.now() - form.since > DAY,
  all: () => run("readonly", (store) => store.getAll()),
  keep: (form) => run("readwrite", (store) => store.put(form)),
  erase: (attempt) => run("readwrite", (store) => store.delete(attempt)),
  eraseAll: () => run("readwrite", (store) => store.clear()),
  // Sends what waits; what is older than a day only when asked for by a person. The last that was
  // answered, with where it led in `went`; what a person must look at stays kept.
  sendAll: (withOld = false) => alone(async () => {
    let last = null;
    for (const form of await self.kept.all()) {
      if (!withOld && self.kept.isOld(form)) continue;
      last = { ...form, went: await send(form) };
      if (!last.went) continue;
      await self.kept.erase(form.attempt);
      others?.postMessage({ attempt: form.attempt, went: last.went });
    }
    return last;
  }),
};
