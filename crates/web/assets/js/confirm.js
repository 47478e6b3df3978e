// A question before a button marked data-confirm="…" acts. Without script the server asks on a page of its own.
(() => {
  let dialog;
  const words = document.body ? document.body.dataset : {};

  function ask(text) {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "dialog";
      const message = document.createElement("p");
      const buttons = document.createElement("p");
      buttons.className = "buttons";
      const yes = document.createElement("button");
      const no = document.createElement("button");
      yes.className = "button primary";
      no.className = "button";
      yes.type = no.type = "button";
      no.autofocus = true;
      yes.textContent = words.yes || "OK";
      no.textContent = words.no || "Cancel";
      yes.addEventListener("click", () => dialog.close("yes"));
      no.addEventListener("click", () => dialog.close(""));
      buttons.append(yes, no);
      dialog.append(message, buttons);
      document.body.append(dialog);
    }
    dialog.firstChild.textContent = text;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) =>
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(button.dataset.confirm))) return button.focus();
    button.dataset.confirmed = "yes";
    button.click();
    delete button.dataset.confirmed;
  }, true);
})();
