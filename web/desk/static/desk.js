// Small improvements; every page works without them.

const WARN_MS = 3 * 60 * 1000; // before the session ends
const ALERT = document.getElementById("session");

// An error summary takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

const TALK = document.getElementById("talk");

const TITLE = document.title;

// Also behind other tabs and windows: what the family writes is then said in the title.
const looking = TALK && setInterval(lookAgain, TALK.dataset.refresh * 1000);
if (TALK) {
  for (const back of ["visibilitychange", "focus"]) {
    addEventListener(back, () => document.hidden || (document.title = TITLE));
  }
}

if (ALERT) {
  warnBefore(new Date(ALERT.dataset.ends));
}

/** Say that the session is about to end, with a button to stay. Whatever is being typed stays where it is. */
function warnBefore(ends) {
  const wait = ends.getTime() - Date.now() - WARN_MS;
  setTimeout(() => {
    const box = document.createElement("div");
    box.className = "warning";
    const text = document.createElement("p");
    text.textContent = "You will be signed out in about three minutes. What you have typed is kept.";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Stay signed in";
    button.addEventListener("click", () => stay(box));
    box.append(text, button);
    ALERT.replaceChildren(box);
  }, Math.max(0, wait));
}

async function stay(box) {
  const body = new URLSearchParams({ token: ALERT.dataset.token });
  let why = "That did not work.";
  try {
    const response = await fetch(ALERT.dataset.stay, { method: "POST", body });
    const left = response.ok ? (await response.json()).seconds * 1000 : 0;
    if (left > WARN_MS) {
      ALERT.replaceChildren();
      warnBefore(new Date(Date.now() + left));
      return;
    }
    if (left) {
      why = "Nobody stays signed in for more than twelve hours.";
    }
  } catch {
    // no connection: say so below
  }
  box.querySelector("p").textContent = `${why} Send your form: you can sign in again, and nothing is lost.`;
}

/** Add what was said meanwhile. What is being typed, and where the focus is, stays. */
async function lookAgain() {
  const { path, danger, news, gone } = TALK.dataset;
  const response = await fetch(path, { cache: "no-store" }).catch(() => null);
  if (!response?.ok && response?.status !== 404) return; // no connection, or trouble there: the next look may do better
  const page = await response.text().catch(() => "");
  if (!page) return;
  const seen = new DOMParser().parseFromString(page, "text/html");
  const talk = seen.getElementById("talk");
  if (!talk) {
    clearInterval(looking); // signed out, or not in this chat any more
    document.getElementById("talk-status").textContent = gone;
    if (isAway()) document.title = `${gone.split(".")[0]} - ${TITLE}`;
    return;
  }
  for (const line of talk.children) {
    const known = document.getElementById(line.id);
    if (known?.textContent === line.textContent) continue;
    if (known) known.replaceWith(line.cloneNode(true)); // a mark came
    else TALK.append(line.cloneNode(true));
    if (!isAway()) continue;
    if ("danger" in line.dataset) document.title = `${danger} - ${TITLE}`;
    else if (document.title === TITLE) document.title = `${news} - ${TITLE}`;
  }
}

/** Whether somebody looks at something else. */
function isAway() {
  return document.hidden || !document.hasFocus();
}
