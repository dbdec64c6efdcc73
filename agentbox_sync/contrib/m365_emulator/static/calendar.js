// The calendar page: drag to move, lengthen and create; keys; it follows what happens elsewhere.
(() => {
  "use strict";
  const main = document.querySelector("main[data-feed]");
  const QUARTER = 15;
  const SLOP = 5; // pixels that a click may wander
  let version = main.dataset.version;
  let drag = null;
  let justDragged = false;
  let leaving = false;
  let untouched = "";

  const hours = () => document.getElementById("hours");
  const card = () => document.getElementById("card");
  const state = () => new URLSearchParams(new FormData(card())).toString();
  const isDirty = () => Boolean(card()) && state() !== untouched;
  const pad = (number) => String(number).padStart(2, "0");
  const text = (minutes) => `${Math.floor(minutes / 60)}:${pad(minutes % 60)}`;
  const local = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-` +
    `${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;

  // The page as it is now, without losing the place and the typing of whoever looks at it.
  function swap(html, { detail = true } = {}) {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.getElementById("board")) return false;
    const top = hours().scrollTop;
    const focus = document.activeElement.dataset?.id;
    document.getElementById("board").replaceChildren(...page.getElementById("board").childNodes);
    hours().scrollTop = top;
    const again = focus && document.querySelector(`[data-id="${CSS.escape(focus)}"]`);
    if (again) again.focus({ preventScroll: true });
    const old = document.getElementById("detail");
    const next = page.getElementById("detail");
    if (detail && old && next && !isDirty() && !old.contains(document.activeElement)) {
      old.replaceChildren(...next.childNodes);
      untouched = state();
    }
    version = page.querySelector("main[data-feed]").dataset.version;
    return true;
  }

  async function move(id, start, minutes) {
    const form = document.getElementById("move");
    const url = form.dataset.to + encodeURIComponent(id) + "/move" + form.dataset.query;
    const body = new URLSearchParams({ start, minutes });
    const answer = await fetch(url, { method: "POST", body });
    swap(await answer.text());
  }

  async function poll() {
    if (!document.hidden && !drag) {
      try {
        const answer = await fetch(main.dataset.feed);
        if (answer.ok && (await answer.json()).version !== version && !drag) {
          const page = await fetch(location.href, { headers: { Accept: "text/html" } });
          if (page.ok && !page.redirected && !drag) swap(await page.text());
        }
      } catch (error) {
        // The emulator may be restarting; the next look tells.
      }
    }
    setTimeout(poll, 1500);
  }

  // Where a pointer is: the day's column, and the quarter of an hour by its height.
  function place(event) {
    const columns = [...document.querySelectorAll(".hour-column")];
    const at = columns.find((column) => {
      const box = column.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX < box.right;
    }) || (drag && drag.column);
    if (!at) return null;
    const box = at.getBoundingClientRect();
    const share = (event.clientY - box.top) / box.height;
    const quarter = Math.max(0, Math.min(95, Math.floor(share * 96)));
    return { column: at, minutes: quarter * QUARTER };
  }

  function ghost(column, minutes, length) {
    document.querySelector(".ghost")?.remove();
    const made = document.createElement("div");
    const at = Math.floor(minutes / QUARTER);
    const span = Math.max(1, Math.min(96 - at, Math.ceil(length / QUARTER)));
    made.className = `ghost at-${at} span-${span}`;
    made.textContent = `${text(minutes)} – ${text((minutes + length) % 1440)}`;
    column.append(made);
  }

  function begin(event) {
    if (event.button || !event.isPrimary || event.pointerType === "touch") return;
    const item = event.target.closest(".block, .bar-item");
    const column = event.target.closest(".hour-column");
    const grip = event.target.closest(".grip");
    if (!item && !column) return;
    if (!item && event.target !== column) return;
    const from = place(event);
    const whole = Boolean(item && item.classList.contains("bar-item"));
    const start = item ? new Date(item.dataset.start) : null;
    const within = item && from && !whole
      ? from.minutes - (start.getHours() * 60 + start.getMinutes()) : 0;
    drag = { item, column: from && from.column, from, grip: Boolean(grip), whole, start,
      length: item ? Number(item.dataset.minutes) : 30, within: Math.max(0, within),
      x: event.clientX, y: event.clientY, moving: false };
  }

  function follow(event) {
    if (!drag) return;
    if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLOP) return;
    drag.moving = true;
    const to = place(event);
    if (!to) return;
    drag.column = to.column;
    if (drag.item) drag.item.classList.add("dragged");
    if (drag.whole) {
      drag.to = to.column.dataset.date;
      document.querySelectorAll(".head").forEach((head) =>
        head.classList.toggle("target", head.dataset.date === drag.to));
      return;
    }
    if (!drag.item) {
      const first = Math.min(drag.from.minutes, to.minutes);
      drag.minutes = first;
      drag.made = Math.max(drag.from.minutes, to.minutes) + QUARTER - first;
      ghost(drag.from.column, first, drag.made);
    } else if (drag.grip) {
      const begun = drag.start.getHours() * 60 + drag.start.getMinutes();
      drag.made = Math.max(QUARTER, to.minutes + QUARTER - begun);
      ghost(drag.item.parentElement, begun, drag.made);
    } else {
      const odd = drag.start.getMinutes() % QUARTER;
      drag.minutes = Math.max(0, to.minutes - Math.floor(drag.within / QUARTER) * QUARTER + odd);
      ghost(to.column, drag.minutes, drag.length);
    }
  }

  function end() {
    if (!drag) return;
    const done = drag;
    drag = null;
    document.querySelector(".ghost")?.remove();
    document.querySelectorAll(".target").forEach((head) => head.classList.remove("target"));
    if (done.item) done.item.classList.remove("dragged");
    if (!done.moving) {
      if (!done.item && done.from) create(done.from.column.dataset.date, done.from.minutes);
      return;
    }
    justDragged = true;
    setTimeout(() => { justDragged = false; }, 0);
    if (!done.item) {
      create(done.from.column.dataset.date, done.minutes, done.made);
    } else if (done.whole) {
      if (done.to) move(done.item.dataset.id, `${done.to}T00:00`, done.length);
    } else if (done.grip) {
      move(done.item.dataset.id, done.item.dataset.start, done.made);
    } else {
      const start = `${done.column.dataset.date}T${pad(Math.floor(done.minutes / 60))}:` +
        pad(done.minutes % 60);
      move(done.item.dataset.id, start, done.length);
    }
  }

  function create(date, minutes, length = 30) {
    const url = new URL(main.dataset.new, location.href);
    url.searchParams.set("new", `${date}T${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`);
    if (length !== 30) url.searchParams.set("minutes", length);
    location.assign(url);
  }

  function nudge(item, key) {
    const start = new Date(item.dataset.start);
    const step = { ArrowUp: -QUARTER, ArrowDown: QUARTER }[key] || 0;
    const whole = item.classList.contains("bar-item");
    if (whole && step) return;
    start.setMinutes(start.getMinutes() + step);
    start.setDate(start.getDate() + ({ ArrowLeft: -1, ArrowRight: 1 }[key] || 0));
    move(item.dataset.id, local(start), item.dataset.minutes);
  }

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", () => {
    if (drag) drag.moving = false;
    if (drag) drag.from = null;
    end();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#cancel, .back")) leaving = true;
    if (justDragged) event.preventDefault();
  }, true);
  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".block, .bar-item");
    const typing = event.target.matches("input, textarea, select");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
    if (item && event.altKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      nudge(item, event.key);
    } else if (event.key === "Escape" && drag) {
      drag.moving = false;
      drag.from = null;
      end();
    } else if (event.key === "Escape" && card()) {
      document.getElementById("cancel").click();
    } else if (plain && event.key === "n") {
      document.getElementById("new-event").click();
    } else if (plain && event.key === "t") {
      document.getElementById("today").click();
    }
  });
  document.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    sessionStorage.setItem("m365_emulator_hours", hours().scrollTop);
    if (isDirty() && !leaving) event.preventDefault();
  });

  if (card()) untouched = state();
  const kept = sessionStorage.getItem("m365_emulator_hours");
  const hour = hours().querySelector(".clock li").getBoundingClientRect().height;
  hours().scrollTop = kept === null ? 7.5 * hour : Number(kept);
  document.querySelector(".block.chosen")?.scrollIntoView({ block: "nearest" });
  setTimeout(poll, 1500);
})();
