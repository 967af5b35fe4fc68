// Says that requests came in while the list is open. Nothing moves by itself: a link loads them.

const EVERY_MS = 30 * 1000;
const NEWS = document.getElementById("news");
let said = 0;
let timer;

document.addEventListener("visibilitychange", follow);
follow();

/** Ask now and then, as long as somebody can see the page. */
function follow() {
  clearInterval(timer);
  if (!document.hidden) {
    timer = setInterval(look, EVERY_MS);
  }
}

async function look() {
  try {
    const response = await fetch(NEWS.dataset.from, { redirect: "manual" });
    if (response.ok) {
      say(await response.json());
    } else if (response.type === "opaqueredirect") {
      document.removeEventListener("visibilitychange", follow); // signed out: there is nothing more to hear
      clearInterval(timer);
    }
  } catch {
    // no connection: it is asked again
  }
}

/** Once for each number, so that a screen reader hears it once. The link keeps the filter where that shows them all. */
function say({ count, here }) {
  if (count === said) {
    return;
  }
  said = count;
  const link = document.createElement("a");
  link.href = count === here ? NEWS.dataset.here : NEWS.dataset.to;
  link.textContent = count === 1 ? "Show it" : "Show them";
  NEWS.replaceChildren(...(count ? [`${count} new ${count === 1 ? "request" : "requests"}. `, link] : []));
}
