// The control page: keeps counters, rules, clock and log fresh without disturbing what is open.
(() => {
  "use strict";
  let last = "";

  async function poll() {
    const open = document.querySelector(".exchange[open]");
    if (!document.hidden && !open) {
      try {
        const answer = await fetch("/_emulator/", { headers: { Accept: "text/html" } });
        const text = await answer.text();
        if (answer.ok && text !== last) {
          last = text;
          const page = new DOMParser().parseFromString(text, "text/html");
          for (const id of ["stats", "rules", "now", "log"]) {
            const old = document.getElementById(id);
            const next = page.getElementById(id);
            if (old && next) old.replaceChildren(...next.childNodes);
          }
        }
      } catch (error) {
        // The emulator may be restarting; the next look tells.
      }
    }
    setTimeout(poll, 2000);
  }

  setTimeout(poll, 2000);
})();
