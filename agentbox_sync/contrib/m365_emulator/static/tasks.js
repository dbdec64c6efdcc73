// The tasks page: watch for changes, mind unsaved edits, keys.
(() => {
  "use strict";
  const main = document.querySelector("main[data-feed]");
  const card = () => document.getElementById("card");
  const state = () => new URLSearchParams(new FormData(card())).toString();
  let version = main.dataset.version;
  let untouched = card() ? state() : "";
  let leaving = false;

  const isDirty = () => Boolean(card()) && state() !== untouched;

  // What is typed or chosen is left alone; everything else becomes what it is on the server.
  function isBusy(part) {
    const at = document.activeElement;
    return part.contains(at) && at.matches("input, textarea, select, summary");
  }

  async function refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["folders", "rows", "detail"]) {
      const old = document.getElementById(id);
      if (isBusy(old) || (id === "detail" && isDirty())) continue;
      const focus = old.contains(document.activeElement) ? document.activeElement.href : "";
      const top = old.scrollTop;
      old.replaceChildren(...page.getElementById(id).childNodes);
      old.scrollTop = top;
      if (focus) [...old.querySelectorAll("a")].find((a) => a.href === focus)?.focus();
      if (id === "detail" && card()) untouched = state();
    }
  }

  async function poll() {
    if (!document.hidden) {
      try {
        const answer = await fetch(main.dataset.feed);
        const now = answer.ok ? (await answer.json()).version : version;
        if (now !== version) {
          version = now;
          await refresh();
        }
      } catch (error) {
        // The emulator may be restarting; the next look tells.
      }
    }
    setTimeout(poll, 1500);
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    const rows = [...document.querySelectorAll("#rows a")];
    const at = rows.indexOf(document.activeElement);
    const quick = document.getElementById("quick");
    if (event.key === "ArrowDown" && (event.target === quick || at >= 0) && rows[at + 1]) {
      rows[at + 1].focus();
      event.preventDefault();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (at ? rows[at - 1] : quick).focus();
      event.preventDefault();
    } else if (event.key === " " && at >= 0) {
      rows[at].parentElement.querySelector(".circle").click();
      event.preventDefault();
    } else if (event.key === "Escape" && card()) {
      document.getElementById("cancel").click();
    } else if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const shown = quick.offsetParent !== null;
      if (shown) quick.focus();
      else document.querySelector(".back").click();
      event.preventDefault();
    }
  });

  document.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#cancel")) leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty() && !leaving) event.preventDefault();
  });

  document.querySelector("#rows [aria-current]")?.scrollIntoView({ block: "nearest" });
  setTimeout(poll, 1500);
})();
