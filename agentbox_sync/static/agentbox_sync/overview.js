/* The table of all connections: one box that ticks a page. Without this script every row is ticked
   by itself, and whoever means everybody presses the buttons for all that are found. */
(() => {
  "use strict";

  function boxes(form) {
    return Array.from(form.querySelectorAll("input[name=row]"));
  }

  function follow(form) {
    const all = form.querySelector("[data-agentbox-tick-all] input");
    const ticked = boxes(form).filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes(form).length;
    all.indeterminate = ticked > 0 && !all.checked;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-agentbox-ticks]");
    if (!form) return;
    if (event.target.closest("[data-agentbox-tick-all]")) {
      boxes(form).forEach((box) => { box.checked = event.target.checked; });
    }
    follow(form);
  });

  // The Back button may bring boxes back as they were ticked.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-agentbox-ticks]").forEach((form) => {
      const all = form.querySelector("[data-agentbox-tick-all]");
      if (!all) return;
      all.hidden = false;
      follow(form);
    });
  });
})();
