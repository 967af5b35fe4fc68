"""JavaScript for tests that looks through shadow trees, as somebody in front of the screen does."""

from __future__ import annotations

# `words` of a node as they are read; `every` element that matches, wherever it is; the `focused` element; the element
# `at` a point; whether one `holds` another in the tree as it is drawn.
DEEP = """
const words = (node) =>
  node.nodeType === Node.TEXT_NODE ? node.data
  : node.localName === "slot" ? node.assignedNodes().map(words).join("")
  : [...(node.shadowRoot ?? node).childNodes].map(words).join("");
const every = (selector, root = document) =>
  [...root.querySelectorAll("*")].flatMap((one) => [
    ...(one.matches(selector) ? [one] : []),
    ...(one.shadowRoot ? every(selector, one.shadowRoot) : []),
  ]);
const inside = (one, next) => {
  for (let found = next(one.shadowRoot ?? {}); found && found !== one; found = next(one.shadowRoot ?? {})) one = found;
  return one;
};
const focused = () => document.activeElement && inside(document.activeElement, (root) => root.activeElement);
const at = (x, y) => {
  const top = document.elementFromPoint(x, y);
  return top && inside(top, (root) => root.elementFromPoint?.(x, y));
};
const holds = (outer, inner) => {
  for (let one = inner; one; one = one.assignedSlot ?? one.parentElement ?? one.getRootNode().host)
    if (one === outer) return true;
  return false;
};
"""


def deep(body: str, argument: str = "") -> str:
    """A function with this body for Playwright's `evaluate`, which knows all of the above."""
    return f"({argument}) => {{ {DEEP} {body} }}"
