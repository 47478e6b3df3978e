// Lists: select rows for one action on many, walk with j and k, open with o, search with /.
(() => {
  const boxes = () => [...document.querySelectorAll("input[data-row-select]")];

  function count() {
    const chosen = boxes().filter((box) => box.checked).length;
    document.querySelectorAll("[data-bulk]").forEach((bar) => {
      bar.hidden = chosen === 0;
      const place = bar.querySelector("[data-bulk-count]");
      if (place) place.textContent = chosen;
    });
    document.querySelectorAll("input[data-select-all]").forEach((all) => {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-select-all]")) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
      count();
    } else if (event.target.matches("input[data-row-select]")) count();
  });
  document.addEventListener("DOMContentLoaded", count);
  document.addEventListener("htmx:afterSettle", count);

  // A click anywhere on a row goes where its main link goes; text may still be selected and other controls used.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || event.target.closest("a,button,input,label,select,summary") || String(getSelection())) return;
    const link = row.querySelector("a[data-open]");
    if (link) link.click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input,textarea,select,[contenteditable]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if (!["j", "k", "o"].includes(event.key)) return;
    const links = [...document.querySelectorAll("tr[data-row] a[data-open]")];
    if (!links.length) return;
    const at = links.findIndex((link) => link === document.activeElement);
    if (event.key === "o") { if (at >= 0) links[at].click(); return; }
    const current = at >= 0 ? at : links.findIndex((link) => link.closest("tr").classList.contains("open"));
    const next = Math.min(Math.max(current + (event.key === "j" ? 1 : -1), 0), links.length - 1);
    links[next].focus();
    links[next].closest("tr").scrollIntoView({ block: "nearest" });
  });
})();
