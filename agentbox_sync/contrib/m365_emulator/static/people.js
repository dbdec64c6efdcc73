// The mailbox page: search as you type, watch for changes, mind unsaved edits, keys.
(() => {
  "use strict";
  const main = document.querySelector("main[data-feed]");
  const search = document.getElementById("search");
  let version = main.dataset.version;
  let timer = 0;
  let wanted = 0;

  const card = () => document.getElementById("card");
  const state = () => new URLSearchParams(new FormData(card())).toString();
  let untouched = "";
  let leaving = false;

  function watchCard() {
    const form = card();
    if (!form) return;
    watchPhoto();
    untouched = state();
    document.getElementById("bar").classList.add("js");
    form.addEventListener("input", showDirty);
    showDirty();
  }

  // A picture goes as it is, and the page comes again with it.
  function watchPhoto() {
    const photo = document.getElementById("photo");
    if (!photo) return;
    photo.parentElement.hidden = false;
    photo.addEventListener("change", async () => {
      const answer = await fetch(photo.dataset.to, { method: "POST", body: photo.files[0] });
      if (answer.ok) {
        leaving = true;
        location.reload();
      } else {
        document.getElementById("photo-problem").textContent = (await answer.json()).error;
      }
    });
  }

  function isDirty() {
    return Boolean(card()) && state() !== untouched;
  }

  function showDirty() {
    document.getElementById("bar").classList.toggle("dirty", isDirty());
  }

  function busyInCard() {
    const at = document.activeElement;
    const within = card() && document.getElementById("detail").contains(at);
    return isDirty() || (within && at.matches("input, textarea, select, summary"));
  }

  async function fresh(url) {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function put(page, id) {
    const old = document.getElementById(id);
    const focus = old.contains(document.activeElement) ? document.activeElement.href : "";
    const top = old.scrollTop;
    const next = page.getElementById(id);
    old.replaceChildren(...next.childNodes);
    old.scrollTop = top;
    if (focus) {
      const again = [...old.querySelectorAll("a")].find((link) => link.href === focus);
      if (again) again.focus({ preventScroll: true });
    }
  }

  async function refresh() {
    const page = await fresh(location.href);
    if (!page) return;
    if (!document.activeElement.matches("#folders input")) put(page, "folders");
    put(page, "rows");
    if (!busyInCard()) {
      put(page, "detail");
      watchCard();
    }
  }

  async function poll() {
    if (!document.hidden) {
      try {
        const answer = await fetch(main.dataset.feed);
        if (answer.ok) {
          const now = (await answer.json()).version;
          if (now !== version) {
            version = now;
            await refresh();
          }
        }
      } catch (error) {
        // The emulator may be restarting; the next look tells.
      }
    }
    setTimeout(poll, 1500);
  }

  async function find() {
    const turn = ++wanted;
    const url = new URL(location.href);
    url.searchParams.set("q", search.value);
    if (!search.value) url.searchParams.delete("q");
    const page = await fresh(url);
    if (!page || turn !== wanted) return; // a later key was faster
    history.replaceState(null, "", url);
    put(page, "rows");
    put(page, "folders");
  }

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 90);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea");
    const rows = [...document.querySelectorAll("#rows a")];
    const at = rows.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (event.target === search || at >= 0)) {
      const start = at >= 0 ? at + 1 : 0;
      if (rows[start]) { rows[start].focus(); event.preventDefault(); }
    } else if (event.key === "ArrowUp" && at >= 0) {
      (at ? rows[at - 1] : search).focus();
      event.preventDefault();
    } else if (event.key === "Enter" && event.target === search && rows[0]) {
      rows[0].click();
      event.preventDefault();
    } else if (event.key === "Escape" && card() && card().contains(event.target)) {
      document.getElementById("cancel")?.click();
    } else if (event.key === "/" && !typing) {
      search.focus();
      search.select();
      event.preventDefault();
    } else if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      document.getElementById("new-contact").click();
    }
  });

  document.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#cancel")) leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty() && !leaving) event.preventDefault();
  });

  watchCard();
  document.querySelector("#rows [aria-current]")?.scrollIntoView({ block: "nearest" });
  if (search.autofocus) {
    const end = search.value.length;
    search.setSelectionRange(end, end);
  }
  setTimeout(poll, 1500);
})();
