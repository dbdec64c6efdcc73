// Keeps what is marked as live fresh: counters, rules, clock. What has the focus is left alone.
(() => {
  "use strict";
  const from = document.getElementById("content").dataset.from;
  let last = "";

  async function poll() {
    if (!document.hidden) {
      try {
        const answer = await fetch(from, { headers: { Accept: "text/html" } });
        const text = await answer.text();
        if (answer.ok && text !== last) {
          last = text;
          const page = new DOMParser().parseFromString(text, "text/html");
          for (const old of document.querySelectorAll("[data-live]")) {
            const next = page.getElementById(old.id);
            if (next && !old.contains(document.activeElement)) {
              old.replaceChildren(...next.cloneNode(true).childNodes);
            }
          }
        }
      } catch (error) {
        // The emulator may be restarting; the next look tells.
      }
    }
    setTimeout(poll, 1500);
  }

  setTimeout(poll, 1500);
})();
