"use strict";

// My Office answers while a person types. Without this script the form still works with Enter.
(function () {
  const form = document.querySelector(".my-office-filter");
  const input = document.getElementById("my-office-query");
  const office = document.getElementById("my-office-office");
  const results = document.getElementById("my-office-results");
  if (!form || !input || !results) {
    return;
  }
  const TYPING_PAUSE = 90; // ms: short enough to feel immediate, long enough to skip most letters
  const SETTLED = 1500; // ms: a filter that stood this long gets its own step in the history

  // Screen readers hear only changes of a live region that already stood in the page.
  const announcer = document.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("role", "status");
  announcer.setAttribute("aria-live", "polite");
  results.after(announcer);
  document.body.classList.add("my-office-live");

  let timer = 0;
  let request = null; // the answer that is awaited: {controller, done}
  let lastChange = 0;
  // What the list in the page answers. The page was made for what its address says.
  let shown = asked(new URLSearchParams(window.location.search).get("q") || "");

  function asked(text) {
    return text.trim() + "\n" + (office ? office.value : "");
  }

  function cards() {
    return Array.from(results.querySelectorAll(".my-office-card"));
  }

  function address() {
    const query = new URLSearchParams();
    const text = input.value.trim();
    if (text) {
      query.set("q", text);
    }
    if (office && office.dataset.chosen) {
      query.set("office", office.value);
    }
    return query;
  }

  function isLetter(event) {
    const held = event.ctrlKey || event.metaKey || event.altKey;
    return event.key.length === 1 && event.key !== " " && !held;
  }

  function pageAddress(query) {
    const text = query.toString();
    return form.getAttribute("action") + (text ? "?" + text : "");
  }

  function say(text) {
    announcer.textContent = text;
  }

  async function ask(query, controller) {
    const question = asked(query.get("q") || "");
    const part = new URLSearchParams(query);
    part.set("part", "results");
    const answer = await fetch(form.getAttribute("action") + "?" + part, {
      signal: controller.signal,
      credentials: "same-origin",
    });
    if (answer.redirected) {
      window.location.reload(); // signed out meanwhile: the page leads to the sign-in
      return;
    }
    if (!answer.ok) {
      throw new Error("HTTP " + answer.status);
    }
    results.innerHTML = await answer.text();
    shown = question;
    results.classList.remove("my-office-stale");
    const status = results.querySelector("[data-status]");
    say(status ? status.textContent.trim() : "");
  }

  function load(query) {
    window.clearTimeout(timer);
    if (request) {
      request.controller.abort();
    }
    const controller = new AbortController();
    const mine = { controller: controller, done: null };
    request = mine;
    mine.done = ask(query, controller)
      .catch(function (error) {
        if (error.name !== "AbortError") {
          results.classList.add("my-office-stale");
          say("");
          say(results.dataset.failed);
          showFailure();
        }
      })
      .finally(function () {
        if (request === mine) {
          request = null;
        }
      });
    return mine.done;
  }

  function showFailure() {
    const status = results.querySelector("[data-status]");
    if (status) {
      status.textContent = results.dataset.failed;
    }
  }

  function remember(query) {
    const target = pageAddress(query);
    if (target === window.location.pathname + window.location.search) {
      return;
    }
    const settled = Date.now() - lastChange > SETTLED;
    lastChange = Date.now();
    window.history[settled ? "pushState" : "replaceState"](null, "", target);
  }

  function changed() {
    const query = address();
    remember(query);
    return load(query);
  }

  async function openFirst() {
    if (!input.value.trim()) {
      return; // nobody was asked for
    }
    window.clearTimeout(timer); // or its turn would come now, and break off this request
    timer = 0;
    if (shown !== asked(input.value)) {
      // Also when letters were typed before this script was there to hear them.
      await changed();
    }
    const first = cards()[0];
    if (first && shown === asked(input.value)) {
      first.click(); // never the first of a list that answers another question
    }
  }

  function move(step) {
    const all = cards();
    const now = all.indexOf(document.activeElement);
    const next = now + step;
    if (next < 0) {
      input.focus();
    } else if (next < all.length) {
      all[next].focus();
    }
  }

  input.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () {
      timer = 0;
      changed();
    }, TYPING_PAUSE);
  });

  if (office) {
    if (new URLSearchParams(window.location.search).has("office")) {
      office.dataset.chosen = "yes";
    }
    office.addEventListener("change", function () {
      office.dataset.chosen = "yes";
      changed();
    });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    openFirst();
  });

  input.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" && !event.isComposing) {
      event.preventDefault();
      move(1);
    } else if (event.key === "Escape" && input.value) {
      event.preventDefault();
      input.value = "";
      changed();
    }
  });

  results.addEventListener("keydown", function (event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      move(steps[event.key]);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const all = cards();
      all[event.key === "Home" ? 0 : all.length - 1].focus();
    } else if (event.key === "Escape") {
      input.focus();
    } else if (isLetter(event)) {
      input.focus(); // the letter lands in the filter
    }
  });

  window.addEventListener("popstate", function () {
    const query = new URLSearchParams(window.location.search);
    input.value = query.get("q") || "";
    lastChange = Date.now();
    load(query);
  });

  // A browser that restores a form gives the text back after the page was made without it.
  window.addEventListener("pageshow", function () {
    const shown = new URLSearchParams(window.location.search).get("q") || "";
    if (input.value.trim() !== shown.trim()) {
      changed();
    }
    input.focus({ preventScroll: true });
    input.setSelectionRange(input.value.length, input.value.length);
  });
})();
