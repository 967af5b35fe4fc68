// @ts-check
/** Writes the line as it is chosen, and shows the button of the chat on this page as it will look. */

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);
const [line, copy, told, look] = ["line", "copy", "told", "look"].map(element);
const USUAL = { color: element("color").value, words: element("words").value };
const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/** How much light a colour gives off, from 0 to 1, as WCAG 2.2 defines it. @param {string} color #rrggbb */
function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function update() {
  const chat = /** @type {HTMLElement} */ (document.querySelector("review-chat"));
  const color = element("color").value;
  const light = 1.05 / (luminance(color) + 0.05) < LEAST_CONTRAST;
  const error = element("color-error");
  error.textContent = light ? error.dataset.words : "";
  element("color").setAttribute("aria-invalid", String(light));
  const words = element("words").value.trim();
  const chosen = {
    launcher: words === USUAL.words ? "" : words,
    color: light || color === USUAL.color ? "" : color,
    position: element("position").value,
    scheme: element("light").checked ? "light" : "",
  };
  let written = "";
  for (const [name, value] of Object.entries(chosen)) {
    if (value) chat.setAttribute(name, value);
    else chat.removeAttribute(name);
    if (value) written += ` ${name}="${escaped(value)}"`;
  }
  line.value = line.dataset.line.replace("<review-chat>", () => `<review-chat${written}>`);
}

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

line.dataset.line = line.value;
copy.hidden = look.hidden = false;
look.addEventListener("input", update);
look.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
copy.addEventListener("click", async () => {
  line.select();
  const done = await navigator.clipboard.writeText(line.value).then(
    () => true,
    () => false,
  );
  told.textContent = done ? copy.dataset.copied : copy.dataset.notCopied;
});
