// Many tick boxes: those found by a part of the name or its initials stay, beside the ticked ones, which come first; how
// many are ticked stands in the head of the fold around them. Without script the whole list is there.
(() => {
  const plain = (text) => text.toLowerCase().replace(/\s+/g, "");
  const labels = (group) => [...group.querySelectorAll("label.choice")];
  const box = (label) => label.querySelector("input");

  function count(group) {
    const fold = group.closest("details");
    const badge = fold && fold.querySelector("summary [data-ticked]");
    if (!badge) return;
    const n = labels(group).filter((label) => box(label).checked).length;
    badge.textContent = n;
    badge.hidden = n === 0;
  }

  // Never while somebody walks through the boxes: nothing moves away from under the focus.
  function tickedFirst(group) {
    const all = labels(group);
    all.forEach((label, at) => { if (!label.dataset.at) label.dataset.at = at; });
    const sorted = [...all].sort((a, b) => box(b).checked - box(a).checked || a.dataset.at - b.dataset.at);
    if (sorted.some((label, at) => label !== all[at])) all[0].parentNode.append(...sorted);
  }

  function find(input) {
    const group = input.closest("fieldset");
    const wanted = plain(input.value);
    tickedFirst(group);
    const found = labels(group).filter((label) => {
      const fits = plain(label.textContent).includes(wanted) || label.dataset.find.includes(wanted);
      label.hidden = !fits && !box(label).checked;
      return fits;
    });
    const said = group.querySelector("[data-found]");
    said.textContent = wanted ? (found.length ? said.dataset.found.replace("#", found.length) : said.dataset.none) : "";
    return found;
  }

  const inputs = () => document.querySelectorAll("[data-find-boxes]");
  const groupOf = (event) => {
    const group = event.target.closest && event.target.closest("fieldset");
    return group && group.querySelector("[data-find-boxes]") ? group : null;
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-find-boxes]")) find(event.target);
  });
  document.addEventListener("change", (event) => {
    const group = groupOf(event);
    if (group) count(group);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-find-boxes]") || event.isComposing) return;
    if (event.key === "Enter") {
      // Sends no form; ticks the one that was found.
      event.preventDefault();
      const found = event.target.value ? find(event.target) : [];
      if (found.length === 1) box(found[0]).click();
    } else if (event.key === "Escape" && event.target.value) {
      event.target.value = "";
      find(event.target);
    }
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    event.target.querySelectorAll("[data-find-boxes]").forEach((input) => tickedFirst(input.closest("fieldset")));
  }, true);

  // Drafts are restored and forms reset without a change of any single box.
  const all = () => setTimeout(() => inputs().forEach((input) => count(input.closest("fieldset"))));
  for (const name of ["DOMContentLoaded", "htmx:afterSettle", "reset"]) document.addEventListener(name, all);
})();
