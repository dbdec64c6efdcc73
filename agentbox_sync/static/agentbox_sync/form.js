/* The settings on the Connections card: what somebody is choosing is never lost in silence.
   Saving one section, or pressing another button of the card, keeps the others' answers over the
   way to the next page; leaving in any other way is asked about first. Without this script the
   form works as well: it saves what its own section shows. */
(() => {
  "use strict";

  const KEPT = "agentbox-settings:";
  const TYPED = ["text", "number"];
  let leaving = false; // what is not saved is kept, or given up on purpose

  function forms(within = document) {
    return Array.from(within.querySelectorAll("[data-agentbox-settings]"));
  }

  function answersOf(form) {
    const kinds = ["radio", "checkbox", ...TYPED];
    return Array.from(form.elements).filter((field) => kinds.includes(field.type));
  }

  function versionOf(form) {
    return Array.from(form.elements).find((field) => field.name.endsWith("-version"));
  }

  function isChanged(form) {
    if (form.hasAttribute("data-agentbox-unsaved")) return true; // the server sent it back
    return answersOf(form).some((field) =>
      TYPED.includes(field.type)
        ? field.value !== field.defaultValue
        : field.checked !== field.defaultChecked);
  }

  // ------------------------------------------------------- over the way to the next page

  function keyOf(form) {
    return KEPT + form.getAttribute("action");
  }

  function keep(form) {
    const given = answersOf(form)
      .filter((field) => TYPED.includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
    sessionStorage.setItem(keyOf(form), JSON.stringify({ version: versionOf(form).value, given }));
  }

  // What somebody is choosing is never folded away.
  function unfold(form) {
    const fold = form.closest("details");
    if (fold) fold.open = true;
  }

  function bringBack(form) {
    const kept = sessionStorage.getItem(keyOf(form));
    sessionStorage.removeItem(keyOf(form));
    if (!kept || form.hasAttribute("data-agentbox-unsaved")) return;
    const { version, given } = JSON.parse(kept);
    const ticked = new Set(given.map((pair) => pair.join("\n")));
    const typed = new Map(given);
    answersOf(form).forEach((field) => {
      if (!TYPED.includes(field.type)) field.checked = ticked.has(`${field.name}\n${field.value}`);
      else if (typed.has(field.name)) field.value = typed.get(field.name);
    });
    // Somebody may have saved meanwhile: with the version that was seen, saving asks first.
    versionOf(form).value = version;
    unfold(form);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("[data-agentbox-card]")) return;
    const others = forms().filter((form) => form !== event.target && isChanged(form));
    try {
      others.forEach(keep);
    } catch {
      return; // the browser stores nothing: the question before leaving stands
    }
    leaving = true;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-agentbox-discard]")) leaving = true;
  });

  window.addEventListener("beforeunload", (event) => {
    if (!leaving && forms().some(isChanged)) event.preventDefault();
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });

  // ------------------------------------------------------- what is drawn while choosing

  function mark(form) {
    const place = form.querySelector("[data-agentbox-mark]");
    const text = isChanged(form) ? form.dataset.left : "";
    if (place && place.textContent !== text) place.textContent = text;
  }

  function follow(form) {
    const chosen = answersOf(form).find((field) => field.checked && field.name.endsWith("-status"));
    form.querySelectorAll("details[data-status]").forEach((group) => {
      const counts = Boolean(chosen) && group.dataset.status === chosen.value;
      group.open = counts || Boolean(group.querySelector(".agentbox-error"));
    });
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-agentbox-settings]")) return;
    if (event.target.name.endsWith("-status")) follow(form);
    mark(form);
  });

  // A run that ends draws the card anew; what somebody is choosing stays as it is.
  function carry(before, after) {
    forms(before).filter(isChanged).forEach((form) => {
      const same = forms(after).find((one) => keyOf(one) === keyOf(form));
      if (!same) return;
      same.replaceWith(form);
      unfold(form);
    });
  }

  window.agentboxSettings = { carry };

  document.addEventListener("DOMContentLoaded", () => {
    forms().forEach((form) => {
      bringBack(form);
      mark(form);
    });
    const news = document.querySelector("[data-agentbox-focus]");
    if (news) news.focus();
  });
})();
