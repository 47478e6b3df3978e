// Keeps what was typed into a form marked data-draft="key" in this browser until it is sent; says so when it comes back.
(() => {
  const prefix = "wanqi-draft:";
  // What was just sent waits here until the answer shows that it arrived.
  const sent = "wanqi-draft-sent";
  const secret = new Set(["password", "hidden", "file", "submit", "button"]);
  const fields = (form) => [...form.elements].filter((field) => field.name && !secret.has(field.type));

  function collect(form) {
    return fields(form).map((field) =>
      [field.name, field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.value]);
  }

  function restore(form, saved) {
    // Boxes by what they stand for: their order may be another one.
    const ticks = new Map(saved.filter(([, value]) => Array.isArray(value))
      .map(([name, [value, checked]]) => [`${name}=${value}`, checked]));
    fields(form).forEach((field, index) => {
      if (field.type === "checkbox" || field.type === "radio") {
        const checked = ticks.get(`${field.name}=${field.value}`);
        if (checked !== undefined) field.checked = checked;
        return;
      }
      const [name, value] = saved[index] || [];
      if (name === field.name && !Array.isArray(value)) field.value = value;
    });
  }

  function notice(form, key) {
    const box = document.createElement("p");
    box.className = "draft-notice";
    box.setAttribute("role", "status");
    box.textContent = document.body.dataset.restored + " ";
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "link";
    discard.textContent = document.body.dataset.discard;
    discard.addEventListener("click", () => {
      localStorage.removeItem(key);
      form.reset();
      box.remove();
    });
    box.append(discard);
    form.prepend(box);
  }

  function start(form) {
    if (form.dataset.draftReady) return;
    form.dataset.draftReady = "yes";
    const key = prefix + form.dataset.draft;
    const untouched = JSON.stringify(collect(form));
    let timer;
    try {
      const saved = localStorage.getItem(key);
      // A form that came back with errors already carries what was typed.
      if (saved && saved !== untouched && !document.querySelector(".error-summary")) {
        restore(form, JSON.parse(saved));
        notice(form, key);
      }
      form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => localStorage.setItem(key, JSON.stringify(collect(form))), 400);
      });
      form.addEventListener("submit", () => {
        clearTimeout(timer);
        localStorage.setItem(sent, JSON.stringify([key, JSON.stringify(collect(form))]));
        localStorage.removeItem(key);
      });
    } catch { /* storage is off: the form works without */ }
  }

  // The page after sending: one marked data-unsent says that nothing was taken, so the draft is one again.
  function settle() {
    try {
      const [key, saved] = JSON.parse(localStorage.getItem(sent) || "[]");
      if (!key) return;
      if (document.querySelector("[data-unsent]")) localStorage.setItem(key, saved);
      localStorage.removeItem(sent);
    } catch { /* storage is off */ }
  }

  const all = () => document.querySelectorAll("form[data-draft]").forEach(start);
  document.addEventListener("DOMContentLoaded", () => { settle(); all(); });
  document.addEventListener("htmx:afterSettle", all);
})();
