// Small helps of every page: no double sending, copy, print, focus on errors, plain page load when a partial one fails.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method.toLowerCase() !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter;
    // Only after the browser has collected the fields: a disabled button would not be sent.
    setTimeout(() => {
      if (!button || form.hasAttribute("data-download")) return;
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
      if (!button.children.length && document.body.dataset.working) button.textContent = document.body.dataset.working;
    });
    // A download leaves the page standing: let it be sent again.
    if (form.hasAttribute("data-download")) setTimeout(() => { delete form.dataset.sent; }, 2000);
  });

  // Coming back through history shows the page as it was left, with its buttons disabled: load it afresh.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-sent]")) location.reload();
  });

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) return window.print();
    const button = event.target.closest("[data-copy]");
    if (button) {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        const before = button.textContent;
        button.textContent = document.body.dataset.copied || before;
        setTimeout(() => { button.textContent = before; }, 1500);
      } catch { /* no clipboard without https: the text stands beside the button */ }
    }
    // An open menu closes when something else is clicked.
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("DOMContentLoaded", () => {
    const focus = document.querySelector("[data-focus]");
    if (focus) focus.focus();
    // Fields that send their form when changed hide its button; without script the button stays.
    document.documentElement.classList.add("script");
    // A form that was interrupted by signing in goes on by itself.
    const go = document.querySelector("form[data-go]");
    if (go) go.requestSubmit();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // What a form foretells is of no use any more once the form is sent.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form && form.dataset.sent) event.preventDefault();
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:swapError"]) {
    document.addEventListener(name, (event) => {
      const path = event.detail.pathInfo && event.detail.pathInfo.requestPath;
      if (path && event.detail.requestConfig && event.detail.requestConfig.verb === "get") location.assign(path);
    });
  }
  // The answer may be a whole other page (signed out meanwhile): then the part asked for is not in it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (!target || !target.id || !event.detail.xhr.responseText.includes("</html>")) return;
    if (event.detail.xhr.responseText.includes(`id="${target.id}"`)) return;
    event.detail.shouldSwap = false;
    const form = target.closest("form");
    if (form && event.detail.requestConfig.verb !== "get") return signedOut(form);
    location.assign(event.detail.xhr.responseURL);
  });
  // A field that follows another one is not taken from under the hands of who types in it.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target === document.activeElement) event.detail.shouldSwap = false;
  });
  // Somebody is typing: nothing is taken away, a line says what to do.
  function signedOut(form) {
    if (form.querySelector("[data-signed-out-here]")) return;
    const box = document.createElement("p");
    box.className = "notice late";
    box.dataset.signedOutHere = "";
    box.setAttribute("role", "alert");
    const link = document.createElement("a");
    link.href = "/sign-in?next=" + encodeURIComponent(location.pathname + location.search);
    link.textContent = document.body.dataset.signIn;
    box.append(document.body.dataset.signedOut + " ", link);
    form.prepend(box);
  }
  // On a narrow screen the panel stands below the list: bring it into view.
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = document.querySelector("#panel");
    const opener = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (panel && opener && opener.matches("[data-open]") && matchMedia("(max-width: 1100px)").matches) {
      panel.scrollIntoView({ block: "start" });
    }
  });
})();
