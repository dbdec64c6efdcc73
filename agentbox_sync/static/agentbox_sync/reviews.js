/* The lists of what waits for a person. Without this script everything works as well: a link
   stands where the names are read. */
(() => {
  "use strict";

  // The names of people who are in Exchange alone are read behind the page, which is there at once.
  async function readNames() {
    const place = document.querySelector("[data-agentbox-look]");
    if (!place) return;
    let page;
    try {
      const answer = await fetch(place.dataset.agentboxLook, { credentials: "same-origin" });
      if (answer.redirected || !answer.ok) return; // the link stays
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return;
    }
    const before = document.querySelector("[data-agentbox-list]");
    const after = page.querySelector("[data-agentbox-list]");
    if (!before || !after) return;
    // Row by row, so that ticks and the place of the keyboard stay.
    after.querySelectorAll(".agentbox-rows > li").forEach((row) => {
      const there = document.getElementById(row.id);
      if (!there) return;
      const had = there.querySelector("input[type=checkbox]");
      const has = row.querySelector("input[type=checkbox]");
      if (had && has) has.checked = had.checked;
      const focused = there.contains(document.activeElement) ? document.activeElement : null;
      const spot = focused && [...there.querySelectorAll("*")].indexOf(focused);
      there.innerHTML = "";
      there.append(...document.adoptNode(row).childNodes);
      if (focused && focused !== there && spot >= 0) {
        const again = there.querySelectorAll("*")[spot];
        (again && again.matches("a, button, input") ? again : there).focus();
      }
    });
    const trouble = after.querySelector(".agentbox-trouble");
    if (trouble) place.replaceWith(document.adoptNode(trouble));
    else place.remove();
  }

  document.addEventListener("DOMContentLoaded", readNames);
})();
