/* The Connections card: every button works once, and a run is watched until it ends.
   Without this script the page works as well; a Refresh link stands beside the progress. */
(() => {
  "use strict";

  const QUICK = 1000;
  const SLOW = 15000;
  let timer = null;
  let pause = QUICK;

  // ---------------------------------------------------------------- one press is enough

  function buttonsOf(form) {
    return Array.from(form.elements).filter((element) => element.type === "submit");
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-agentbox-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After the form was read: a disabled button is not part of what is sent.
    setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }), 0);
  });

  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // the Back button brings the page back as it was left
    document.querySelectorAll("[data-agentbox-once]").forEach((form) => {
      delete form.dataset.sent;
      buttonsOf(form).forEach((button) => { button.disabled = false; });
    });
    watch();
  });

  // ---------------------------------------------------------------- watching a run

  function watched() {
    return document.querySelector("[data-agentbox-progress]");
  }

  function watch(delay = pause) {
    clearTimeout(timer);
    const place = watched();
    if (!place) return;
    // What the link offers happens by itself now; a place that held nothing else is empty.
    place.querySelector("[data-refresh]").hidden = true;
    place.hidden = !place.querySelector("[data-bar]");
    if (!document.hidden) timer = setTimeout(ask, delay);
  }

  async function ask() {
    const place = watched();
    if (!place) return;
    let seen;
    try {
      const answer = await fetch(place.dataset.agentboxProgress, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (answer.redirected || answer.status === 404) return; // signed out, or no longer ours
      if (!answer.ok) throw new Error(String(answer.status));
      seen = await answer.json();
    } catch {
      pause = Math.min(pause * 2, SLOW); // the server is away: ask less and less often
      watch();
      return;
    }
    if (seen.stamp !== place.dataset.stamp) {
      await renew();
      return;
    }
    show(place, seen);
    // Where nothing moves, or has moved for long, there is no need to ask every second.
    const moves = seen.state !== "finished" && !seen.waiting_until;
    pause = moves ? Math.min(2000, QUICK + seen.seconds * 10) : SLOW / 3;
    watch();
  }

  function show(place, seen) {
    const bar = place.querySelector("[data-bar]");
    if (!bar) return;
    if (seen.planned) {
      bar.max = seen.planned;
      bar.value = seen.worked;
    }
    place.querySelector("[data-text]").textContent = seen.text;
    place.querySelector("[data-waiting]").textContent = seen.waiting;
    place.querySelector("[data-elapsed]").textContent = seen.elapsed;
  }

  async function renew() {
    clearTimeout(timer);
    let page;
    try {
      // A page that came back with a form stands at the form's address, not at the card's.
      const address = watched()?.closest("[data-address]")?.dataset.address;
      const answer = await fetch(address || window.location.pathname,
        { credentials: "same-origin" });
      if (answer.redirected || !answer.ok) {
        window.location.reload();
        return;
      }
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      pause = Math.min(pause * 2, SLOW);
      watch();
      return;
    }
    const before = document.querySelector("[data-agentbox-card]");
    const after = page.querySelector("[data-agentbox-card]");
    if (!before || !after) return;
    keepWhatIsTyped(before, after);
    before.replaceWith(document.adoptNode(after));
    const title = document.querySelector("[data-agentbox-title]");
    const status = document.querySelector("[data-agentbox-status]");
    if (title && status) status.textContent = title.textContent;
    pause = QUICK;
    watch();
  }

  // A person may be choosing or reading while a run ends: their choices and their place stay.
  function keepWhatIsTyped(before, after) {
    window.agentboxSettings?.carry(before, after);
    before.querySelectorAll("details").forEach((seen) => {
      const around = seen.closest("[id]");
      if (!around) return;
      const same = after.querySelector(
        around === seen ? `#${CSS.escape(seen.id)}` : `#${CSS.escape(around.id)} details`);
      if (same) same.open = seen.open;
    });
  }

  document.addEventListener("visibilitychange", () => watch(0));
  document.addEventListener("DOMContentLoaded", () => watch());
})();
