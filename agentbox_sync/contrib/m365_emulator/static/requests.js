// The live log: looks for new exchanges, pauses, filters while one types, moves by arrow keys.
(() => {
  "use strict";
  const main = document.querySelector("main[data-total]");
  const filters = document.getElementById("filters");
  const pause = document.getElementById("pause");
  const live = document.getElementById("live");
  let version = main.dataset.version;
  let seen = Number(main.dataset.total);
  let paused = false;
  let timer = 0;
  let wanted = 0;

  const rows = () => [...document.querySelectorAll("#rows a[data-number]")];

  function say(words) {
    if (live.textContent !== words) live.textContent = words;
    live.classList.toggle("paused", paused);
  }

  // Replace the list by the one of this address; what is focused stays so, what is new is marked.
  async function load(url) {
    const turn = ++wanted;
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (turn !== wanted || answer.status >= 500) return false; // a later key was faster
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = document.getElementById("rows");
    const focus = list.contains(document.activeElement) ? document.activeElement.href : "";
    const top = list.scrollTop;
    const newest = Math.max(0, ...rows().map((row) => Number(row.dataset.number)));
    for (const id of ["rows", "count"]) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    for (const row of rows()) {
      if (newest && Number(row.dataset.number) > newest) row.classList.add("arrived");
      if (row.href === focus) row.focus({ preventScroll: true });
    }
    list.scrollTop = top;
    const boxes = page.getElementById("filters").elements.mailbox;
    const mine = filters.elements.mailbox;
    if (document.activeElement !== mine && boxes.length !== mine.length) {
      mine.replaceChildren(...boxes.cloneNode(true).childNodes);
    }
    version = page.querySelector("main").dataset.version;
    seen = Number(page.querySelector("main").dataset.total);
    return true;
  }

  async function poll() {
    if (!document.hidden) {
      try {
        const now = await (await fetch("/_emulator/requests/feed")).json();
        if (paused) {
          const more = Math.max(0, now.total - seen);
          say(more ? `Paused, ${more} newer` : "Paused");
        } else {
          if (now.version !== version) await load(location.href);
          say("Live");
        }
      } catch (error) {
        say("The emulator does not answer; trying again");
      }
    }
    setTimeout(poll, 1200);
  }

  function find() {
    const url = new URL(location.href);
    for (const [name, value] of new FormData(filters)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    history.replaceState(null, "", url);
    load(url);
  }

  filters.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 120);
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  pause.addEventListener("click", async () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    say(paused ? "Paused" : "Live");
    if (!paused) await load(location.href);
  });
  document.addEventListener("keydown", (event) => {
    const at = rows().indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step || !rows()[at + step]) return;
    rows()[at + step].focus();
    event.preventDefault();
  });

  document.getElementById("apply").hidden = true; // the list follows what is typed
  pause.hidden = false;
  say("Live");
  setTimeout(poll, 1200);
})();
