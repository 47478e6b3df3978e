// Keeps what was typed into a form marked data-draft="key" in this browser until it is sent; says so when it comes back.
(() => {
  const prefix = "wanqi-draft:";
  const secret = new Set(["password", "hidden", "file", "submit", "button"]);
  const fields = (form) => [...form.elements].filter((field) => field.name && !secret.has(field.type));

  function collect(form) {
    return fields(form).map((field) =>
      [field.name, field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.value]);
  }

  function restore(form, saved) {
    fields(form).forEach((field, index) => {
      const [name, value] = saved[index] || [];
      if (name !== field.name) return;
      if (Array.isArray(value)) {
        if (field.value === value[0]) field.checked = value[1];
      } else field.value = value;
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
        localStorage.removeItem(key);
      });
    } catch { /* storage is off: the form works without */ }
  }

  const all = () => document.querySelectorAll("form[data-draft]").forEach(start);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSettle", all);
})();
